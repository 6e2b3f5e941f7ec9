from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognition.accounts.identity import contributor_of, throttle_identity
from recognition.api.responses import feedback_body
from recognition.api.schema.openapi import FEEDBACK_TOKEN, problems
from recognition.api.schema.validation import validated
from recognition.api.security.feedback_tokens import is_feedback_token
from recognition.api.security.permissions import may
from recognition.api.security.visibility import visible
from recognition.api.serializers.feedback import FeedbackRequestSerializer, FeedbackSerializer
from recognition.labeling.feedback import give_feedback
from recognition.labeling.word_proposals import propose
from recognition.models import Contributor, Drawing, Token
from recognition.throttling.rate_limit import seconds_to_wait


class DrawingFeedback(APIView):
    write_scope = Token.Scope.LABEL
    throttle_scope = "feedback"

    @extend_schema(
        operation_id="drawings_feedback",
        summary="Say whether the guess was right, or what it really is",
        description="For the owner, for staff, and with the feedback token, which expires after 30 days. "
        "A second answer replaces the first. "
        "A `word` that is no class is proposed to staff, at most 20 a day.",
        parameters=[FEEDBACK_TOKEN],
        request=FeedbackRequestSerializer,
        responses={200: FeedbackSerializer} | problems(400, 401, 403, 404, 409, 413, 415),
    )
    def put(self, request: Request, drawing_id: UUID) -> Response:
        sent: Any = request.data
        token = sent.get("feedback_token") or request.headers.get(FEEDBACK_TOKEN.name)
        drawing = Drawing.objects.select_related("contributor").defer("bitmap", "strokes").get(pk=drawing_id)
        has_token = isinstance(token, str) and is_feedback_token(token, drawing)
        if not has_token:
            visible(request, drawing)
        data = validated(FeedbackRequestSerializer, request.data)
        contributor, by_staff = (drawing.contributor, False) if has_token else _feedback_giver(drawing, request)
        proposal = None
        if "word" in data and not data["label"]:
            _limit_proposals(request)
            proposal = propose(data["word"])
        feedback = give_feedback(
            drawing, contributor, correct=data["correct"], label=data["label"], proposal=proposal, by_staff=by_staff
        )
        return Response(feedback_body(feedback))


def _limit_proposals(request: Request) -> None:
    """Raise Throttled if the person proposed too many words today."""
    if wait := seconds_to_wait("proposals", *throttle_identity(request)):
        raise Throttled(wait, "You have proposed many words today; please go on tomorrow.")


def _feedback_giver(drawing: Drawing, request: Request) -> tuple[Contributor, bool]:
    """Return the contributor who gives feedback without a token, and whether it counts as staff feedback.

    Raises PermissionDenied for others than the drawer and staff.
    """
    contributor = contributor_of(request)
    by_staff = may(request, "recognition.change_drawing")
    if by_staff or contributor.pk == drawing.contributor_id:
        return contributor, by_staff
    raise PermissionDenied("Only its owner, programs with its feedback token and staff may judge a drawing.")
