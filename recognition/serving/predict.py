"""Whose answer a drawing gets: the champion's, or for some people the candidate's that is on trial."""

from __future__ import annotations

import logging
import math
import time

from recognition.imaging.sketch import Sketch
from recognition.models import Contributor, Prediction
from recognition.serving.loaded_model import Network
from recognition.serving.model_loader import Candidate, give_up, in_service
from recognition.serving.prometheus import Stage, count_answer

logger = logging.getLogger(__name__)


def guess(sketch: Sketch, contributor: Contributor | None = None) -> Prediction:
    """Return what somebody is told about a drawing, by the champion if it is not said who; nothing is stored.

    Raises NoModelInService.
    """
    serving = in_service()
    candidate, other = serving.candidate, None
    if candidate and contributor and candidate.trial.shows_candidate_to(contributor):
        other = _try(candidate, sketch)
    told = other or _ask(serving.champion, sketch)
    count_answer(told, Stage.DRAWING)
    return told


def predict_all(sketch: Sketch, contributor: Contributor, *, on_trial: bool) -> list[Prediction]:
    """Return what is stored about a drawing, nothing stored yet: first what is shown, then what only a trial needs.

    on_trial: false asks the champion alone, during a trial too.

    Raises NoModelInService; a candidate that fails raises nothing.
    """
    serving = in_service()
    # The candidate answers in line: it takes a fifth of a millisecond, storing both answers ten times as long.
    answer, candidate = _ask(serving.champion, sketch), serving.candidate if on_trial else None
    other = _try(candidate, sketch) if candidate else None
    if candidate is None or other is None:
        count_answer(answer, Stage.DONE)
        return [answer]
    shown, unshown = (other, answer) if candidate.trial.shows_candidate_to(contributor) else (answer, other)
    unshown.trial = candidate.trial
    count_answer(shown, Stage.DONE)
    return [shown, unshown]


def _ask(network: Network, sketch: Sketch) -> Prediction:
    started = time.perf_counter()
    recognition = network.recognize(sketch.bitmap)
    inferring = (time.perf_counter() - started) * 1000
    return Prediction.of(recognition, network.version, sketch.milliseconds + inferring)


def _try(candidate: Candidate, sketch: Sketch) -> Prediction | None:
    """Ask the candidate; one that fails is given up."""
    try:
        prediction = _ask(candidate.network, sketch)
        if not all(math.isfinite(one["confidence"]) for one in prediction.top):
            raise ArithmeticError("a confidence is no number")
    except Exception as error:  # whatever it is, the champion answers
        logger.exception("The candidate %s failed.", candidate.network.version)
        give_up(candidate, f"It failed on a drawing: {error}")
        return None
    return prediction
