from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognition.accounts.identity import guesser_of
from recognition.api.responses import guess_body
from recognition.api.schema.openapi import problems
from recognition.api.schema.validation import validated
from recognition.api.security.throttling import weighed
from recognition.api.serializers.drawings import GuessesRequestSerializer, GuessesSerializer
from recognition.api.serializers.stroke_formats import cost_of_all
from recognition.imaging.rendering import bitmap_to_png, data_url
from recognition.imaging.sketch import Sketch
from recognition.models import Contributor, Token
from recognition.serving.predict import guess


class Guesses(APIView):
    write_scope = Token.Scope.RECOGNIZE
    throttle_scope = "guesses"

    @extend_schema(
        operation_id="guesses_create",
        summary="Have up to 64 drawings recognized; nothing is stored",
        request=GuessesRequestSerializer,
        responses={200: GuessesSerializer} | problems(400, 401, 403, 413, 415),
    )
    @weighed(cost_of_all)
    def post(self, request: Request) -> Response:
        drawings = validated(GuessesRequestSerializer, request.data)["drawings"]
        guesser = guesser_of(request)
        return Response({"guesses": [_answer(drawing["sketch"], guesser) for drawing in drawings]})


def _answer(sketch: Sketch, guesser: Contributor | None) -> dict[str, Any]:
    body = guess_body(guess(sketch, guesser))
    if sketch.strokes is None:
        body["pixels"] = data_url(bitmap_to_png(sketch.bitmap, scale=1))
    return body
