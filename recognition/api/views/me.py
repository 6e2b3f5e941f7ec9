from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import APIView

from recognition.api.authentication import contributor_of
from recognition.api.bodies import drawing_detail_body, said_body
from recognition.api.openapi import problems
from recognition.api.permissions import IsKnown, TokenHasScope
from recognition.api.serializers.me import MeSerializer
from recognition.forgetting import forget
from recognition.models import Contributor, Drawing, Feedback, Token

CHUNK = 500  # rows in memory at a time


class Me(APIView):
    write_scope = Token.Scope.RECOGNIZE
    permission_classes = [TokenHasScope, IsKnown]

    @extend_schema(
        operation_id="me_retrieve",
        summary="Download all that is stored of you",
        responses={200: MeSerializer} | problems(401, 403),
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        return StreamingHttpResponse(_all_of(contributor_of(request)), content_type="application/json")

    @extend_schema(
        operation_id="me_destroy",
        summary="Delete all that is stored of you: drawings, what you said about drawings, and who you are",
        responses={204: None} | problems(401, 403),
    )
    def delete(self, request: Request) -> Response:
        forget(contributor_of(request))
        return Response(status=204)


def _all_of(contributor: Contributor) -> Iterator[str]:
    drawings = Drawing.objects.filter(contributor=contributor).select_related("label", "prompt").defer("bitmap")
    said = Feedback.objects.filter(contributor=contributor).select_related("label")
    yield '{"drawings": '
    yield from _json_list(drawing_detail_body(drawing) for drawing in drawings.with_predictions().iterator(CHUNK))
    yield ', "feedback": '
    yield from _json_list(said_body(feedback) for feedback in said.iterator(CHUNK))
    yield "}"


def _json_list(bodies: Iterable[dict[str, Any]]) -> Iterator[str]:
    separator = "["
    for body in bodies:
        yield separator + json.dumps(body, cls=JSONEncoder)
        separator = ",\n"
    yield "[]" if separator == "[" else "]"
