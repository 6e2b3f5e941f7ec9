"""What people do here, as far as several models are in it: have a drawing recognized, judge a guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from recognition.imaging.sketch import Sketch
from recognition.imaging.splits import split_of
from recognition.labeling.policy import label_pending
from recognition.models import Contributor, DoodleClass, Drawing, Game, ModelVersion, Prediction
from recognition.serving.model_loader import NoModelInService
from recognition.serving.predict import predict_all


@dataclass(frozen=True)
class Answer:
    """What is stored of a drawing. `repeated` tells that it already was: the request came once more."""

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
    idempotency_key: str | None = None,
) -> Answer:
    """Have a drawing recognized and store it, what was said about it and whose it is: all of that or nothing.

    A key that this contributor has used before returns the first answer, also when both requests come at once.
    """
    if idempotency_key and (first := _first_answer(contributor, idempotency_key)):
        return first
    drawing = _drawing_of(
        sketch, contributor=contributor, source=source, prompt=prompt, game=game, idempotency_key=idempotency_key
    )
    predictions = _answers_if_possible(sketch, drawing)  # outside the transaction, which keeps other writers waiting
    try:
        _store(drawing, predictions)
    except IntegrityError:
        if idempotency_key and (first := _first_answer(contributor, idempotency_key)):
            return first
        left = _by_versions_that_are_left(predictions)
        if len(left) == len(predictions):
            raise
        predictions = left
        _store(drawing, predictions)
    return Answer(drawing, next(iter(predictions), None))


def _drawing_of(sketch: Sketch, **about: Any) -> Drawing:
    split = split_of(sketch.bitmap)
    drawing = Drawing(strokes=sketch.strokes, bitmap=sketch.bitmap.tobytes(), split=split, **about)
    label_pending(drawing)
    return drawing


def _answers_if_possible(sketch: Sketch, drawing: Drawing) -> list[Prediction]:
    try:
        return predict_all(sketch, drawing.contributor, on_trial=drawing.source != Drawing.Source.IMPORT)
    except NoModelInService:
        return []


def _by_versions_that_are_left(predictions: list[Prediction]) -> list[Prediction]:
    """Leave out those of versions that were deleted since this process last looked; the first is shown."""
    versions = ModelVersion.objects.filter(pk__in=[one.model_version_id for one in predictions])
    there = set(versions.values_list("pk", flat=True))
    left = [one for one in predictions if one.model_version_id in there]
    for one in left[:1]:
        one.trial = None
    return left


@transaction.atomic
def _store(drawing: Drawing, predictions: list[Prediction]) -> None:
    drawing.contributor.ensure_stored()
    drawing.save(force_insert=True)
    for prediction in predictions:
        prediction.drawing = drawing
        prediction.save(force_insert=True)


def _first_answer(contributor: Contributor, idempotency_key: str) -> Answer | None:
    earlier = Drawing.objects.filter(contributor=contributor, idempotency_key=idempotency_key)
    drawing = earlier.with_predictions().first()
    return Answer(drawing, drawing.first_prediction(), repeated=True) if drawing else None
