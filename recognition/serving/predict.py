"""Predictions for a drawing: by the champion, and during an A/B or shadow test by the candidate, too."""

from __future__ import annotations

import logging
import math
import time

from recognition.imaging.sketch import Sketch
from recognition.models import Contributor, Prediction
from recognition.serving.loaded_model import LoadedModel
from recognition.serving.model_loader import Candidate, give_up, in_service
from recognition.serving.prometheus import Stage, count_answer

logger = logging.getLogger(__name__)


def guess(sketch: Sketch, contributor: Contributor | None = None) -> Prediction:
    """Return the prediction to show for an unfinished drawing; nothing is stored.

    contributor: decides who sees the candidate of an A/B test. None always gets the champion.

    Raises NoModelInService.
    """
    serving = in_service()
    candidate, prediction = serving.candidate, None
    if candidate and contributor and candidate.trial.shows_candidate_to(contributor):
        prediction = _shadow(candidate, sketch)
    prediction = prediction or _predict(serving.champion, sketch)
    count_answer(prediction, Stage.DRAWING)
    return prediction


def predict_all(sketch: Sketch, contributor: Contributor, *, on_trial: bool) -> list[Prediction]:
    """Return the unsaved predictions for a finished drawing: first the shown one, then the one that only a test needs.

    on_trial: False asks the champion only, even during a test.

    Raises NoModelInService. A failing candidate ends its test and raises nothing.
    """
    serving = in_service()
    champion, candidate = _predict(serving.champion, sketch), serving.candidate if on_trial else None
    # The candidate runs in the same request: it takes 0.2 ms, and storing both predictions takes ten times as long.
    shadow = _shadow(candidate, sketch) if candidate else None
    if candidate is None or shadow is None:
        count_answer(champion, Stage.DONE)
        return [champion]
    shown, unshown = (shadow, champion) if candidate.trial.shows_candidate_to(contributor) else (champion, shadow)
    unshown.trial = candidate.trial
    count_answer(shown, Stage.DONE)
    return [shown, unshown]


def predict_by(number: int, sketch: Sketch, contributor: Contributor) -> Prediction:
    """Return the prediction of the version with this number, if it guesses for the contributor or did so lately.

    Any other number gets the champion's.

    Raises NoModelInService. A failing candidate ends its test and raises nothing.
    """
    serving = in_service()
    candidate = serving.candidate
    if candidate and candidate.network.version.number == number and candidate.trial.shows_candidate_to(contributor):
        return _shadow(candidate, sketch) or _predict(serving.champion, sketch)
    former = (network for network in serving.former if network.version.number == number)
    return _predict(next(former, serving.champion), sketch)


def _predict(network: LoadedModel, sketch: Sketch) -> Prediction:
    started = time.perf_counter()
    recognition = network.recognize(sketch.bitmap).with_least_confidence(sketch.least_confidence)
    inference_ms = (time.perf_counter() - started) * 1000
    return Prediction.of(recognition, network.version, sketch.milliseconds + inference_ms)


def _shadow(candidate: Candidate, sketch: Sketch) -> Prediction | None:
    """Return the candidate's prediction; None, and the end of its test, if it fails."""
    try:
        prediction = _predict(candidate.network, sketch)
        if not all(math.isfinite(guess["confidence"]) for guess in prediction.top):
            raise ArithmeticError("a confidence is no number")
    except Exception as error:  # the champion answers instead
        logger.exception("The candidate %s failed.", candidate.network.version)
        give_up(candidate, f"It failed on a drawing: {error}")
        return None
    return prediction
