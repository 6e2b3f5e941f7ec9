from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognition.api.responses import explanation_body
from recognition.api.schema.openapi import problems
from recognition.api.schema.validation import validated
from recognition.api.security.throttling import weighed
from recognition.api.serializers.drawings import SketchSerializer
from recognition.api.serializers.explanations import ExplanationSerializer
from recognition.api.serializers.stroke_formats import cost_of
from recognition.explain.explanation import explain
from recognition.models import Token


class Explanations(APIView):
    write_scope = Token.Scope.RECOGNIZE
    throttle_scope = "guesses"

    @extend_schema(
        operation_id="explanations_create",
        summary="Show the feature maps of each level of the network for a drawing; nothing is stored",
        request=SketchSerializer,
        responses={200: ExplanationSerializer} | problems(400, 401, 403, 413, 415),
    )
    @weighed(cost_of)
    def post(self, request: Request) -> Response:
        return Response(explanation_body(explain(validated(SketchSerializer, request.data)["sketch"])))
