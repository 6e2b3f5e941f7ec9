"""What people said about a drawing becomes its label, or not yet: the label policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from recognition.labeling.gold import keep_in_step
from recognition.models import DoodleClass, Drawing, Feedback
from recognition.moderation import exhibit
from recognition.stats.accuracy import update_tallies

# How many must say the same: contributors under the policy "agreement", reviewers whom we do not trust under any.
AGREEING = 2

Verdict = tuple[DoodleClass | None, Drawing.Status]


class LabelPolicy(StrEnum):
    """Whose word makes a drawing's label (setting LABEL_POLICY). Staff's word always does, except that of a reviewer
    who fails on gold drawings (recognition/labeling/reviewer_quality.py): it proposes a label until a second reviewer
    says the same."""

    OWNER = "owner"  # whoever drew it
    AGREEMENT = "agreement"  # two contributors who say the same
    STAFF = "staff"  # staff only


def label_pending(drawing: Drawing) -> None:
    """Set, not store, the label and the status of a drawing about which nobody has said anything yet."""
    drawing.label, drawing.status = _verdict(drawing, [])


def update_label(drawing: Drawing) -> None:
    """Set the label and the status that all feedback on a drawing amounts to, show it or not, and count it."""
    feedback = list(drawing.feedback.select_related("label").order_by("updated_at"))
    drawing.label, drawing.status = _verdict(drawing, feedback)
    drawing.save(update_fields=["label", "status"])
    keep_in_step(drawing, feedback)
    exhibit(drawing)
    update_tallies(drawing)


def _verdict(drawing: Drawing, feedback: Sequence[Feedback]) -> Verdict:
    by_staff = [one for one in feedback if one.by_staff]
    trusted = [one for one in by_staff if not one.provisional]
    if trusted:
        return _settled(trusted[-1].label)  # the latest word counts
    agreed = _leading(Counter(one.label for one in by_staff))
    if agreed and agreed.count >= AGREEING:
        return _settled(agreed.label)
    if drawing.is_sample:  # the data set says what it is, and nobody but staff may know better
        return _settled(drawing.prompt)
    others = [one for one in feedback if not one.provisional]
    accepted = _accepted(drawing, others, LabelPolicy(settings.LABEL_POLICY))
    if accepted:
        return accepted, Drawing.Status.ACCEPTED
    proposed = _proposed(drawing, feedback, others)
    return proposed, Drawing.Status.PROPOSED if proposed else Drawing.Status.UNLABELLED


def _settled(label: DoodleClass | None) -> Verdict:
    return label, Drawing.Status.ACCEPTED if label else Drawing.Status.REJECTED


def _accepted(drawing: Drawing, feedback: Sequence[Feedback], policy: LabelPolicy) -> DoodleClass | None:
    labelled = [one for one in feedback if one.label]
    if policy is LabelPolicy.OWNER:
        return next((one.label for one in labelled if one.contributor_id == drawing.contributor_id), None)
    if policy is LabelPolicy.AGREEMENT:
        leading = _leading(Counter(one.label for one in labelled))
        return leading.label if leading and leading.count >= AGREEING else None
    return None


def _proposed(drawing: Drawing, feedback: Sequence[Feedback], others: Sequence[Feedback]) -> DoodleClass | None:
    """Return what was said last; who says "none of these" takes back what was asked for, if we trust him."""
    labelled = [one.label for one in feedback if one.label]
    return labelled[-1] if labelled else None if others else drawing.prompt


@dataclass(frozen=True)
class Leading:
    label: DoodleClass | None
    count: int


def _leading(votes: Counter[DoodleClass | None]) -> Leading | None:
    """Return what more say than say anything else."""
    leading = [Leading(label, count) for label, count in votes.items() if count == max(votes.values())]
    return leading[0] if len(leading) == 1 else None
