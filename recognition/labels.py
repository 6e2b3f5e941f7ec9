"""What people said about a drawing becomes its label, or not yet: the label policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from django.conf import settings

from recognition.gallery import exhibit
from recognition.models import DoodleClass, Drawing, Feedback

AGREEING = 2  # contributors who must say the same under the policy "agreement"

Verdict = tuple[DoodleClass | None, Drawing.Status]


class LabelPolicy(StrEnum):
    """Whose word makes a drawing's label (setting LABEL_POLICY). Staff's word always does."""

    OWNER = "owner"  # whoever drew it
    AGREEMENT = "agreement"  # two contributors who say the same
    STAFF = "staff"  # staff only


def label_unjudged(drawing: Drawing) -> None:
    """Set, not store, the label and the status of a drawing about which nobody has said anything yet."""
    drawing.label, drawing.status = _verdict(drawing, [])


def resolve(drawing: Drawing) -> None:
    """Set the label and the status that all feedback on a drawing amounts to; with them it is shown or not."""
    feedback = list(drawing.feedback.select_related("label").order_by("updated_at"))
    drawing.label, drawing.status = _verdict(drawing, feedback)
    drawing.save(update_fields=["label", "status"])
    exhibit(drawing)


def _verdict(drawing: Drawing, feedback: Sequence[Feedback]) -> Verdict:
    by_staff = [one for one in feedback if one.by_staff]
    if by_staff:
        label = by_staff[-1].label  # the latest word counts
        return label, Drawing.Status.ACCEPTED if label else Drawing.Status.REJECTED
    labelled = [one for one in feedback if one.label]
    accepted = _accepted(drawing, labelled, LabelPolicy(settings.LABEL_POLICY))
    if accepted:
        return accepted, Drawing.Status.ACCEPTED
    proposed = labelled[-1].label if labelled else None if feedback else drawing.prompt
    return proposed, Drawing.Status.PROPOSED if proposed else Drawing.Status.UNLABELLED


def _accepted(drawing: Drawing, labelled: Sequence[Feedback], policy: LabelPolicy) -> DoodleClass | None:
    if policy is LabelPolicy.OWNER:
        return next((one.label for one in labelled if one.contributor_id == drawing.contributor_id), None)
    if policy is LabelPolicy.AGREEMENT:
        return _agreed(Counter(one.label for one in labelled if one.label))
    return None


def _agreed(votes: Counter[DoodleClass]) -> DoodleClass | None:
    """Return what at least two say and more than say anything else."""
    leading = [label for label, count in votes.items() if count == max(votes.values())]
    return leading[0] if len(leading) == 1 and votes[leading[0]] >= AGREEING else None
