"""The context shown to a reviewer: what a drawing may be, without the feedback of other reviewers, to avoid bias.

A gold question must look like any other drawing. Its real feedback would reveal the label, so the context is made up,
and half of the proposals are wrong: a reviewer who always confirms must not score well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from django.db.models import Prefetch

from recognition.labeling.review_queue import ReviewItem, ReviewReason
from recognition.models import Contributor, DoodleClass, Drawing, Exhibit, Feedback, Prediction

NONE = "none of the classes"
EXAMPLES = 3  # of the proposed class


@dataclass(frozen=True)
class ReviewContext:
    """What a review page shows about a drawing."""

    drawing: Drawing
    reason: ReviewReason
    guess: Prediction | None
    proposal: str | None  # the label that "yes" confirms
    prompt: str | None
    feedback: Sequence[str]  # class names, or NONE
    reports: Sequence[str]

    def examples(self) -> list[Exhibit]:
        """Return the latest other drawings of the proposed class in the gallery."""
        exhibits = Exhibit.objects.filter(label__name=self.proposal or "").exclude(drawing=self.drawing)
        return list(exhibits[:EXAMPLES])


def review_context(item: ReviewItem, reviewer: Contributor) -> ReviewContext:
    """Return the context for an item of the review queue. Raises Drawing.DoesNotExist."""
    feedback = Prefetch("feedback", Feedback.objects.select_related("label").order_by("updated_at"))
    drawings = Drawing.objects.select_related("label", "prompt").with_predictions().prefetch_related(feedback)
    drawing = drawings.get(pk=item.drawing_id)
    return _gold_context(drawing, item.reason, reviewer) if item.is_gold else _real_context(drawing, item.reason)


def _real_context(drawing: Drawing, reason: ReviewReason) -> ReviewContext:
    """Propose the label, else the latest feedback, else the prompt, else the prediction."""
    guess = drawing.first_prediction()
    feedback = drawing.feedback.all()
    names = [entry.label.name if entry.label else NONE for entry in feedback if not entry.by_staff]
    classes = [name for name in names if name != NONE]
    prompt = drawing.prompt.name if drawing.prompt else None
    label = drawing.label.name if drawing.label and not any(entry.by_staff for entry in feedback) else None
    proposal = label or (classes[-1] if classes else prompt) or (_existing_class(guess.label) if guess else None)
    reports = [report.reason for report in drawing.reports.all()] if reason is ReviewReason.REPORTED else []
    return ReviewContext(drawing, reason, guess, proposal, prompt, names, reports)


def _gold_context(drawing: Drawing, reason: ReviewReason, reviewer: Contributor) -> ReviewContext:
    """Make up a context for a gold question: the reviewer's and the drawing's ids choose a right or wrong proposal."""
    guess = drawing.first_prediction()
    truth = drawing.label.name if drawing.label else ""
    proposals = [truth, _wrong_class(truth, guess)]
    if crc32(reviewer.pk.bytes + drawing.pk.bytes[::-1]) % 2:
        proposals.reverse()
    proposal = next((name for name in proposals if _is_plausible(reason, guess, name)), proposals[0])
    if not _is_plausible(reason, guess, proposal):
        reason = next(other for other in reversed(ReviewReason) if _is_plausible(other, guess, proposal))
    if reason is ReviewReason.CONTRADICTED:
        return ReviewContext(drawing, reason, guess, proposal, None, [proposal], [])
    return ReviewContext(drawing, reason, guess, proposal, proposal, [], [])


def _is_plausible(reason: ReviewReason, guess: Prediction | None, proposal: str) -> bool:
    """Tell whether a review reason is consistent with the prediction and the proposal that are shown."""
    match reason:
        case ReviewReason.CONTRADICTED:
            return guess is not None and guess.recognized and guess.label != proposal
        case ReviewReason.UNSURE:
            return guess is not None and not guess.recognized
        case ReviewReason.PROPOSED:
            return guess is None or guess.recognized
        case ReviewReason.DISAGREED:
            return guess is not None
    return True


def _wrong_class(truth: str, guess: Prediction | None) -> str:
    """Return an active class other than `truth`: the likeliest by the prediction, else the first one."""
    names = list(DoodleClass.objects.active().exclude(name=truth).values_list("name", flat=True))
    likely = [candidate["label"] for candidate in guess.top] if guess else []
    return next((name for name in [*likely, *names] if name in names), truth)


def _existing_class(name: str) -> str | None:
    doodle_class = DoodleClass.objects.named(name)
    return doodle_class.name if doodle_class else None
