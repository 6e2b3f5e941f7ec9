"""Streams everything stored about a contributor as one JSON document."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from rest_framework.utils.encoders import JSONEncoder

from recognition.api.responses import drawing_detail_body, prediction_body, said_body
from recognition.models import Contributor, Drawing, Feedback, GoldAnswer, Report, Token

CHUNK_ROWS = 500  # in memory at a time

Bodies = Iterator[dict[str, Any]]


def export_contributor_data(contributor: Contributor) -> Iterator[str]:
    """Yield the pieces of the JSON document that recognition.api.serializers.me.MeSerializer describes.

    The document is never in memory as a whole.
    """
    stored = Contributor.objects.filter(pk=contributor.pk).select_related("user").first()
    about = {
        "id": contributor.pk,
        "since": stored and stored.created_at,
        "user": stored and stored.user and stored.user.get_username(),
    }
    yield json.dumps(about, cls=JSONEncoder)[:-1]
    for name, bodies in _lists(contributor).items():
        yield f', "{name}": '
        yield from _json_list(bodies)
    yield "}"


def _lists(contributor: Contributor) -> dict[str, Bodies]:
    return {
        "drawings": _drawings(contributor),
        "feedback": _feedback(contributor),
        "games": _games(contributor),
        "reports": _reports(contributor),
        "reviews": _reviews(contributor),
        "tokens": _tokens(contributor),
    }


def _drawings(contributor: Contributor) -> Bodies:
    drawings = Drawing.objects.filter(contributor=contributor).select_related("label", "prompt").with_predictions()
    for drawing in drawings.iterator(CHUNK_ROWS):
        yield drawing_detail_body(drawing) | {
            "predictions": [prediction_body(prediction) for prediction in drawing.predictions.all()],
            "bitmap": b64encode(drawing.bitmap).decode(),
            "game": drawing.game_id,
            "won": drawing.won,
            "moderation": drawing.get_moderation_display(),
            "idempotency_key": drawing.idempotency_key,
        }


def _feedback(contributor: Contributor) -> Bodies:
    rows = Feedback.objects.filter(contributor=contributor).select_related("label", "proposal")
    return (said_body(feedback) | {"created_at": feedback.created_at} for feedback in rows.iterator(CHUNK_ROWS))


def _games(contributor: Contributor) -> Bodies:
    for game in contributor.games.iterator(CHUNK_ROWS):
        yield {"id": game.pk, "words": game.words, "created_at": game.created_at}


def _reports(contributor: Contributor) -> Bodies:
    for report in Report.objects.filter(contributor=contributor).iterator(CHUNK_ROWS):
        yield {"drawing": report.drawing_id, "reason": report.reason, "created_at": report.created_at}


def _reviews(contributor: Contributor) -> Bodies:
    """Yield a reviewer's answers about gold drawings, without telling whether they are right."""
    answers = GoldAnswer.objects.filter(contributor=contributor).select_related("gold", "label")
    for answer in answers.iterator(CHUNK_ROWS):
        label = answer.label and answer.label.name
        yield {"drawing": answer.gold.drawing_id, "label": label, "created_at": answer.created_at}


def _tokens(contributor: Contributor) -> Bodies:
    for token in Token.objects.filter(user__contributor=contributor):
        yield {
            "name": token.name,
            "scopes": token.scopes,
            "created_at": token.created_at,
            "last_used_at": token.last_used_at,
            "revoked_at": token.revoked_at,
        }


def _json_list(bodies: Iterable[dict[str, Any]]) -> Iterator[str]:
    separator = "["
    for body in bodies:
        yield separator + json.dumps(body, cls=JSONEncoder)
        separator = ",\n"
    yield "[]" if separator == "[" else "]"
