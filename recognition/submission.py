"""Stores a submitted drawing together with its predictions and its contributor."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from recognition.imaging.sketch import Sketch
from recognition.imaging.splits import split_of
from recognition.labeling.policy import label_pending
from recognition.models import Contributor, DoodleClass, Drawing, Game, ModelVersion, Prediction
from recognition.serving.model_loader import NoModelInService
from recognition.serving.predict import predict_all


class DiskReserveReached(Exception):
    """There is no room for more drawings; the message says so."""

    def __init__(self) -> None:
        super().__init__("The disk of this site is nearly full; nothing was stored.")


class IdempotencyKeyReused(Exception):
    """The contributor has used the idempotency key for another request."""


@dataclass(frozen=True)
class Submission:
    """A stored drawing. `repeated`: an earlier request with the same idempotency key has stored it."""

    drawing: Drawing
    prediction: Prediction | None  # None: no model was in service
    repeated: bool = False


def recognize_and_store(
    sketch: Sketch,
    contributor: Contributor,
    *,
    source: Drawing.Source,
    prompt: DoodleClass | None = None,
    game: Game | None = None,
    won: bool = False,
    idempotency_key: str | None = None,
    request_digest: str | None = None,
    private: bool = False,
    **imported: Any,
) -> Submission:
    """Recognize a drawing and store it with its predictions and its contributor, in one transaction.

    won: the word of the game was guessed while it was drawn.
    private: only its contributor and staff may see it, whatever becomes of it.
    request_digest: hash of the request; None if the key already says what was sent.
    imported: fields that a drawing from elsewhere keeps, such as `id` and `created_at`.

    Returns the first submission again for an idempotency key that the contributor has used, even by a request at the
    same time. Raises IdempotencyKeyReused if that request had another digest. Without a model in service no prediction
    is stored. Raises DiskReserveReached, before anything is stored, while the disk is nearly full.
    """
    if idempotency_key and (first := _find_repeated(contributor, idempotency_key, request_digest)):
        return first
    if source != Drawing.Source.SAMPLE:  # a new site starts also on a small disk
        check_disk_reserve()
    imported.setdefault("moderation", Drawing.Moderation.PRIVATE if private else Drawing.Moderation.UNSEEN)
    drawing = _build_drawing(
        sketch,
        contributor=contributor,
        source=source,
        prompt=prompt,
        game=game,
        won=won,
        idempotency_key=idempotency_key,
        request_digest=request_digest,
        **imported,
    )
    predictions = _predict_if_possible(sketch, drawing)  # before the transaction, which blocks other writers
    try:
        _store(drawing, predictions)
    except IntegrityError:
        if idempotency_key and (first := _find_repeated(contributor, idempotency_key, request_digest)):
            return first
        kept = _of_existing_versions(predictions)
        if len(kept) == len(predictions):
            raise
        predictions = kept
        _store(drawing, predictions)
    return Submission(drawing, next(iter(predictions), None))


def check_disk_reserve() -> None:
    """Raise DiskReserveReached if the disk of the database has less than the setting DISK_RESERVE_BYTES left.

    Labels, reviews and deletions need it. Only SQLite's database is on a disk that this process can see.
    """
    if connection.vendor != "sqlite":
        return
    folder = Path(connection.settings_dict["NAME"]).parent
    if shutil.disk_usage(folder).free < settings.DISK_RESERVE_BYTES:
        raise DiskReserveReached


def _build_drawing(sketch: Sketch, **fields: Any) -> Drawing:
    split = split_of(sketch.bitmap)
    bitmap = sketch.bitmap.tobytes()
    drawing = Drawing(strokes=sketch.strokes, pens=sketch.pens, bitmap=bitmap, split=split, **fields)
    label_pending(drawing)
    return drawing


def _predict_if_possible(sketch: Sketch, drawing: Drawing) -> list[Prediction]:
    try:
        return predict_all(sketch, drawing.contributor, on_trial=drawing.source != Drawing.Source.IMPORT)
    except NoModelInService:
        return []


def _of_existing_versions(predictions: list[Prediction]) -> list[Prediction]:
    """Drop predictions of versions that were deleted since the last poll. The first that is left is shown."""
    versions = ModelVersion.objects.filter(pk__in=[prediction.model_version_id for prediction in predictions])
    existing = set(versions.values_list("pk", flat=True))
    kept = [prediction for prediction in predictions if prediction.model_version_id in existing]
    for shown in kept[:1]:
        shown.trial = None
    return kept


@transaction.atomic
def _store(drawing: Drawing, predictions: list[Prediction]) -> None:
    drawing.contributor.ensure_stored()
    drawing.save(force_insert=True)
    for prediction in predictions:
        prediction.drawing = drawing
        prediction.save(force_insert=True)


def _find_repeated(contributor: Contributor, idempotency_key: str, digest: str | None) -> Submission | None:
    earlier = Drawing.objects.filter(contributor=contributor, idempotency_key=idempotency_key)
    drawing = earlier.with_predictions().first()
    if drawing is None:
        return None
    if digest and drawing.request_digest and digest != drawing.request_digest:  # older releases stored none
        raise IdempotencyKeyReused
    return Submission(drawing, drawing.first_prediction(), repeated=True)
