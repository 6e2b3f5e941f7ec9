from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from django.utils.cache import patch_cache_control
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, Throttled, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognition.accounts.identity import contributor_of, throttle_identity
from recognition.api.responses import drawing_body, drawing_detail_body, submission_body
from recognition.api.schema.content import JSONParser
from recognition.api.schema.openapi import IDEMPOTENCY_KEY, problems
from recognition.api.schema.pagination import NewestFirst, page_of
from recognition.api.schema.validation import validated
from recognition.api.security.authentication import is_by_browser
from recognition.api.security.permissions import may
from recognition.api.security.throttling import weighed
from recognition.api.security.visibility import visible
from recognition.api.serializers.drawings import (
    AnswerSerializer,
    DrawingDetailSerializer,
    DrawingFilterSerializer,
    DrawingRequestSerializer,
    DrawingSerializer,
    UploadSerializer,
)
from recognition.api.serializers.stroke_formats import cost_of
from recognition.game import is_won
from recognition.imaging.sketch import Sketch
from recognition.models import Contributor, DoodleClass, Drawing, Game, Token
from recognition.models.drawing import DrawingQuerySet
from recognition.privacy.deletion import delete_drawings
from recognition.submission import recognize_and_store
from recognition.throttling.rate_limit import seconds_to_wait

_KEY = serializers.RegexField(r"^[!-~]+$", max_length=128)  # what a header can carry: visible ASCII
_NAMESPACE = uuid.UUID("3f1f6f0e-5c1b-4a55-9d0f-6f2f0f5b8c7d")


class DrawingList(APIView):
    write_scope = Token.Scope.RECOGNIZE
    throttle_scope = "drawings"
    parser_classes = [JSONParser, MultiPartParser]
    pagination_class = NewestFirst

    @extend_schema(
        operation_id="drawings_list",
        summary="List the drawings in the gallery, or your own, newest first",
        parameters=[DrawingFilterSerializer],
        responses={200: DrawingSerializer(many=True)} | problems(400, 401, 403, 404),
    )
    def get(self, request: Request) -> Response:
        drawings = _found(request, **validated(DrawingFilterSerializer, request.query_params.dict()))
        drawings = drawings.select_related("label", "prompt").defer("bitmap", "strokes", "pens").with_predictions()
        response = page_of(drawings, self.pagination_class(), request, drawing_body)
        if request.query_params.get("mine"):
            patch_cache_control(response, no_store=True, private=True)
        return response

    @extend_schema(
        operation_id="drawings_create",
        summary="Have a drawing recognized and stored",
        parameters=[IDEMPOTENCY_KEY],
        request={"application/json": DrawingRequestSerializer, "multipart/form-data": UploadSerializer},
        responses={200: AnswerSerializer, 201: AnswerSerializer} | problems(400, 401, 403, 409, 413, 415, 422),
    )
    @weighed(cost_of, usual=2)
    def post(self, request: Request) -> Response:
        drawn = validated(DrawingRequestSerializer, request.data)
        key = _idempotency_key(request)
        digest = _request_digest(drawn) if key else None
        contributor = _drawer(request, drawn["sketch"], key)
        drawn["game"] = game = _game_of(contributor, drawn.get("game"))
        drawn["won"] = "won" in drawn and _is_won(contributor, **drawn)
        _limit_bytes(request, drawn["sketch"])
        submission = recognize_and_store(
            contributor=contributor,
            source=_source(request, game),
            idempotency_key=key,
            request_digest=digest,
            **drawn,
        )
        return Response(submission_body(submission), status=200 if submission.repeated else 201)


class DrawingDetail(APIView):
    write_scope = Token.Scope.RECOGNIZE

    @extend_schema(
        operation_id="drawings_retrieve",
        summary="Show a drawing; everybody who knows its id may see it, unless it is private or hidden",
        responses={200: DrawingDetailSerializer} | problems(401, 403, 404),
    )
    def get(self, request: Request, drawing_id: uuid.UUID) -> Response:
        drawings = Drawing.objects.select_related("label", "prompt").defer("bitmap").with_predictions()
        return Response(drawing_detail_body(visible(request, drawings.get(pk=drawing_id))))

    @extend_schema(
        operation_id="drawings_destroy",
        summary="Delete a drawing of your own and everything said about it",
        responses={204: None} | problems(401, 403, 404),
    )
    def delete(self, request: Request, drawing_id: uuid.UUID) -> Response:
        drawing = visible(request, Drawing.objects.defer("bitmap", "strokes").get(pk=drawing_id))
        # A token with this scope is for a program that draws: a stolen one must not empty the gallery.
        may_delete_any = not isinstance(request.auth, Token) and may(request, "recognition.delete_drawing")
        if drawing.contributor_id != contributor_of(request).pk and not may_delete_any:
            raise PermissionDenied("Only its owner and staff may delete a drawing.")
        delete_drawings(Drawing.objects.filter(pk=drawing_id))
        return Response(status=204)


def _found(
    request: Request,
    *,
    mine: bool = False,
    label: DoodleClass | None = None,
    source: Drawing.Source | None = None,
    predicted: DoodleClass | None = None,
    model_version: int | None = None,
    correct: bool | None = None,
) -> DrawingQuerySet:
    drawings = Drawing.objects.filter(contributor=contributor_of(request)) if mine else Drawing.objects.public()
    if label is not None:
        drawings = drawings.filter(label=label)
    if source is not None:
        drawings = drawings.filter(source=source)
    return drawings.predicted(label=predicted.name if predicted else None, version=model_version, correct=correct)


def _limit_bytes(request: Request, sketch: Sketch) -> None:
    """Raise Throttled if the person, or all people at their address, stored too many bytes today."""
    size = sketch.bitmap.nbytes + len(json.dumps(sketch.strokes))
    if wait := seconds_to_wait("bytes", *throttle_identity(request), cost=size):
        raise Throttled(wait, "You have stored much today; please go on tomorrow.")


def _game_of(contributor: Contributor, game_id: uuid.UUID | None) -> Game | None:
    """Return the game of this contributor's that a drawing belongs to."""
    if game_id is None:
        return None
    game = Game.objects.filter(pk=game_id, contributor=contributor).first()
    if game is None:
        raise ValidationError({"game": ["You have no such game."]})
    return game


def _is_won(contributor: Contributor, sketch: Sketch, prompt: DoodleClass, won: dict[str, Any], **_: object) -> bool:
    return is_won(sketch, won["strokes"], prompt.name, won["model_version"], contributor)


def _source(request: Request, game: Game | None) -> Drawing.Source:
    if game:
        return Drawing.Source.GAME
    return Drawing.Source.PAGE if is_by_browser(request) else Drawing.Source.API


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get(IDEMPOTENCY_KEY.name)
    try:
        return None if key is None else _KEY.run_validation(key)
    except ValidationError as error:
        raise ValidationError({IDEMPOTENCY_KEY.name: error.detail}) from error


def _request_digest(validated: Mapping[str, Any]) -> str:
    """Return a hash, 32 hex digits, of what a request asks for: the same for the same content in other JSON."""
    content = {name: value for name, value in validated.items() if value}
    text = json.dumps(content, default=_as_json, sort_keys=True)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _as_json(value: object) -> object:
    match value:
        case Sketch(strokes=None):
            return value.bitmap.tobytes().hex()
        case Sketch(strokes=list(strokes)):
            return [[[list(map(float, axis)) for axis in stroke] for stroke in strokes], value.pens]
        case DoodleClass():
            return value.pk
        case uuid.UUID():
            return str(value)
    raise TypeError(f"A request has no {type(value)}.")


def _drawer(request: Request, sketch: Sketch, key: str | None) -> Contributor:
    """Return who drew. Without token and cookie the key and the drawing say who, so that a repeat finds the first.

    Only somebody who knows both can get that answer, not just anybody who happens to choose the same key.
    """
    drawer = contributor_of(request)
    if key and request.auth is None and not request.user.is_authenticated:
        pixels = blake2b(sketch.bitmap.tobytes(), digest_size=16).hexdigest()
        drawer.pk = uuid.uuid5(_NAMESPACE, f"{pixels} {key}")
    return drawer
