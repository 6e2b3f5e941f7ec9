"""What a reviewer is shown about a drawing: what it may be, but not what other reviewers said, who must not sway him.

A gold drawing is shown as any other. What really was said about it would give it away, so that is made up, and half of
the time what is proposed is wrong: who only ever says yes must not look good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from django.db.models import Prefetch

from recognition.labeling.review_queue import ReviewItem, ReviewReason
from recognition.models import Contributor, DoodleClass, Drawing, Feedback, Prediction

NONE = "none of the classes"


@dataclass(frozen=True)
class ReviewContext:
    drawing: Drawing
    doubt: ReviewReason
    guess: Prediction | None
    proposal: str | None  # what "yes" confirms
    asked: str | None
    said: Sequence[str]
    reports: Sequence[str]


def evidence(case: ReviewItem, reviewer: Contributor) -> ReviewContext:
    """Return what is shown about a drawing. Raises Drawing.DoesNotExist."""
    said = Prefetch("feedback", Feedback.objects.select_related("label").order_by("updated_at"))
    drawings = Drawing.objects.select_related("label", "prompt").with_predictions().prefetch_related(said)
    drawing = drawings.get(pk=case.drawing_id)
    return _made_up(drawing, case.doubt, reviewer) if case.is_gold else _real(drawing, case.doubt)


def _real(drawing: Drawing, doubt: ReviewReason) -> ReviewContext:
    """Propose what people said, else what was asked for, else the guess."""
    guess = drawing.first_prediction()
    feedback = drawing.feedback.all()
    said = [one.label.name if one.label else NONE for one in feedback if not one.by_staff]
    named = [name for name in said if name != NONE]
    asked = drawing.prompt.name if drawing.prompt else None
    settled = drawing.label.name if drawing.label and not any(one.by_staff for one in feedback) else None
    proposal = settled or (named[-1] if named else asked) or (_known(guess.label) if guess else None)
    reports = [one.reason for one in drawing.reports.all()] if doubt is ReviewReason.REPORTED else []
    return ReviewContext(drawing, doubt, guess, proposal, asked, said, reports)


def _made_up(drawing: Drawing, doubt: ReviewReason, reviewer: Contributor) -> ReviewContext:
    guess = drawing.first_prediction()
    truth = drawing.label.name if drawing.label else ""
    proposals = [truth, _mistake(truth, guess)]
    if crc32(reviewer.pk.bytes + drawing.pk.bytes[::-1]) % 2:
        proposals.reverse()
    proposal = next((one for one in proposals if _fits(doubt, guess, one)), proposals[0])
    if not _fits(doubt, guess, proposal):
        doubt = next(other for other in reversed(ReviewReason) if _fits(other, guess, proposal))
    if doubt is ReviewReason.CONTRADICTED:
        return ReviewContext(drawing, doubt, guess, proposal, None, [proposal], [])
    return ReviewContext(drawing, doubt, guess, proposal, proposal, [], [])


def _fits(doubt: ReviewReason, guess: Prediction | None, proposal: str) -> bool:
    """Tell whether a reason to doubt goes with what is shown."""
    match doubt:
        case ReviewReason.CONTRADICTED:
            return guess is not None and guess.recognized and guess.label != proposal
        case ReviewReason.UNSURE:
            return guess is not None and not guess.recognized
        case ReviewReason.PROPOSED:
            return guess is None or guess.recognized
        case ReviewReason.DISAGREED:
            return guess is not None
    return True


def _mistake(truth: str, guess: Prediction | None) -> str:
    """Return a class that the drawing is not: the likeliest by the network, or the first that there is."""
    names = list(DoodleClass.objects.active().exclude(name=truth).values_list("name", flat=True))
    likely = [one["label"] for one in guess.top] if guess else []
    return next((name for name in [*likely, *names] if name in names), truth)


def _known(name: str) -> str | None:
    return name if DoodleClass.objects.filter(name=name).exists() else None
