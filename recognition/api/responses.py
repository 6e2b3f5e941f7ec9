"""What is answered, as plain data; the serializers of the same names describe it to OpenAPI."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse

from recognition.api.security.feedback_tokens import feedback_token
from recognition.explain.explanation import Explanation
from recognition.inference.prototypes import MIN_DRAWINGS
from recognition.models import Drawing, Feedback, Prediction, WordProposal
from recognition.submission import Submission

DIGITS = 4  # of a confidence


def guess_body(prediction: Prediction) -> dict[str, Any]:
    return {
        "label": prediction.label,
        "confidence": round(prediction.confidence, DIGITS),
        "recognized": prediction.recognized,
        "just_learnt": prediction.just_learnt,
        "top": [guess | {"confidence": round(guess["confidence"], DIGITS)} for guess in prediction.top],
        "model_version": prediction.model_version.number,
        "milliseconds": round(prediction.milliseconds, 3),
    }


def prediction_body(prediction: Prediction | None) -> dict[str, Any] | None:
    return {"id": prediction.pk} | guess_body(prediction) if prediction else None


def explanation_body(explanation: Explanation) -> dict[str, Any]:
    return {
        "pixels": explanation.pixels,
        "levels": [asdict(level) for level in explanation.levels],
        "guess": guess_body(explanation.prediction),
    }


def submission_body(submission: Submission) -> dict[str, Any]:
    drawing = submission.drawing
    return {
        "id": drawing.pk,
        "created_at": drawing.created_at,
        **_addresses(drawing.pk),
        "feedback_token": feedback_token(drawing),
        "prediction": prediction_body(submission.prediction),
    }


def drawing_body(drawing: Drawing) -> dict[str, Any]:
    return {
        "id": drawing.pk,
        "created_at": drawing.created_at,
        **_addresses(drawing.pk),
        "source": drawing.source,
        "prompt": drawing.prompt and drawing.prompt.name,
        "label": drawing.label and drawing.label.name,
        "status": drawing.status,
        "prediction": prediction_body(drawing.first_prediction()),
    }


def drawing_detail_body(drawing: Drawing) -> dict[str, Any]:
    return drawing_body(drawing) | {"strokes": drawing.strokes, "pens": drawing.pens}


def feedback_body(feedback: Feedback) -> dict[str, Any]:
    drawing = feedback.drawing
    label = drawing.label and drawing.label.name
    return said_body(feedback) | {
        "proposal": _proposal_body(feedback.proposal),
        "drawing": {"id": drawing.pk, "label": label, "status": drawing.status},
    }


def _proposal_body(proposal: WordProposal | None) -> dict[str, Any] | None:
    if proposal is None or proposal.status == WordProposal.Status.REFUSED:
        return None
    return {"word": proposal.name, "drawings": proposal.drawings().count(), "needed": MIN_DRAWINGS}


def said_body(feedback: Feedback) -> dict[str, Any]:
    return {
        "drawing": feedback.drawing_id,
        "correct": feedback.correct,
        "label": feedback.label and feedback.label.name,
        "word": feedback.proposal and feedback.proposal.name,
        "updated_at": feedback.updated_at,
    }


def _addresses(drawing_id: UUID) -> dict[str, str]:
    """Return paths without a host, so that they are right behind any proxy."""
    url = f"{_drawings_path()}{drawing_id}/"
    return {"url": url, "bitmap_url": f"{url}bitmap.png", "svg_url": f"{url}drawing.svg"}


@cache
def _drawings_path() -> str:
    return reverse("api:drawings")
