from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognition.accounts.identity import contributor_of
from recognition.api.responses import feedback_body
from recognition.api.schema.openapi import FEEDBACK_TOKEN, problems
from recognition.api.schema.validation import validated
from recognition.api.security.feedback_tokens import is_feedback_token
from recognition.api.security.permissions import may
from recognition.api.serializers.feedback import FeedbackRequestSerializer, FeedbackSerializer
from recognition.labeling.feedback import give_feedback
from recognition.models import Contributor, Drawing, Token


class DrawingFeedback(APIView):
    write_scope = Token.Scope.LABEL
    throttle_scope = "feedback"

    @extend_schema(
        operation_id="drawings_feedback",
        summary="Say whether the guess was right, or what it really is",
        description="For the owner, for staff, and with the feedback token. A second answer replaces the first.",
        parameters=[FEEDBACK_TOKEN],
        request=FeedbackRequestSerializer,
        responses={200: FeedbackSerializer} | problems(400, 401, 403, 404, 409, 413, 415),
    )
    def put(self, request: Request, drawing_id: UUID) -> Response:
        drawing = Drawing.objects.select_related("contributor").defer("bitmap", "strokes").get(pk=drawing_id)
        data = validated(FeedbackRequestSerializer, request.data)
        token = data.get("feedback_token") or request.query_params.get("feedback_token")
        contributor, by_staff = _feedback_giver(drawing, request, token)
        feedback = give_feedback(drawing, contributor, correct=data["correct"], label=data["label"], by_staff=by_staff)
        return Response(feedback_body(feedback))


def _feedback_giver(drawing: Drawing, request: Request, token: str | None) -> tuple[Contributor, bool]:
    """Return the contributor who gives the feedback, and whether it counts as staff feedback.

    Raises PermissionDenied for others than the drawer, the holder of a feedback token and staff.
    """
    if token and is_feedback_token(token, drawing.pk):
        return drawing.contributor, False
    contributor = contributor_of(request)
    by_staff = may(request, "recognition.change_drawing")
    if by_staff or contributor.pk == drawing.contributor_id:
        return contributor, by_staff
    raise PermissionDenied("Only its owner, programs with its feedback token and staff may judge a drawing.")
