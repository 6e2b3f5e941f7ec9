"""The label policy: derives a drawing's label and status from the feedback about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from recognition.labeling.gold import update_gold
from recognition.models import DoodleClass, Drawing, Feedback
from recognition.moderation import update_exhibit
from recognition.stats.accuracy import update_tallies

# How many equal labels make one: by contributors under the policy "agreement", by untrusted reviewers under any policy.
MIN_AGREEING = 2

Verdict = tuple[DoodleClass | None, Drawing.Status]


class LabelPolicy(StrEnum):
    """Whose feedback decides a drawing's label (setting LABEL_POLICY).

    Staff feedback always does, with one exception: a reviewer who fails on gold questions (see reviewer_quality.py)
    only proposes a label, until a second reviewer gives the same one.
    """

    OWNER = "owner"  # the contributor who drew it
    AGREEMENT = "agreement"  # two contributors who give the same label
    STAFF = "staff"  # staff only


def label_pending(drawing: Drawing) -> None:
    """Set the label and status of a drawing that has no feedback yet, without saving it."""
    drawing.label, drawing.status = _verdict(drawing, [])


def update_label(drawing: Drawing) -> None:
    """Recompute and save a drawing's label and status, then update its gold mark, gallery row and accuracy counts."""
    feedback = list(drawing.feedback.select_related("label").order_by("updated_at"))
    drawing.label, drawing.status = _verdict(drawing, feedback)
    drawing.save(update_fields=["label", "status"])
    update_gold(drawing, feedback)
    update_exhibit(drawing)
    update_tallies(drawing)


def _verdict(drawing: Drawing, feedback: Sequence[Feedback]) -> Verdict:
    by_staff = [entry for entry in feedback if entry.by_staff]
    trusted = [entry for entry in by_staff if not entry.provisional]
    if trusted:
        return _accept_or_reject(trusted[-1].label)  # the latest feedback counts
    winner = _plurality(Counter(entry.label for entry in by_staff))
    if winner and winner.count >= MIN_AGREEING:
        return _accept_or_reject(winner.label)
    if drawing.is_sample:  # the data set gives the label, and only staff may overrule it
        return _accept_or_reject(drawing.prompt)
    firm = [entry for entry in feedback if not entry.provisional]
    accepted = _accepted_label(drawing, firm, LabelPolicy(settings.LABEL_POLICY))
    if accepted:
        return accepted, Drawing.Status.ACCEPTED
    proposed = _proposed_label(drawing, feedback, firm)
    return proposed, Drawing.Status.PROPOSED if proposed else Drawing.Status.UNLABELLED


def _accept_or_reject(label: DoodleClass | None) -> Verdict:
    return label, Drawing.Status.ACCEPTED if label else Drawing.Status.REJECTED


def _accepted_label(drawing: Drawing, feedback: Sequence[Feedback], policy: LabelPolicy) -> DoodleClass | None:
    labelled = [entry for entry in feedback if entry.label]
    if policy is LabelPolicy.OWNER:
        return next((entry.label for entry in labelled if entry.contributor_id == drawing.contributor_id), None)
    if policy is LabelPolicy.AGREEMENT:
        winner = _plurality(Counter(entry.label for entry in labelled))
        return winner.label if winner and winner.count >= MIN_AGREEING else None
    return None


def _proposed_label(drawing: Drawing, feedback: Sequence[Feedback], firm: Sequence[Feedback]) -> DoodleClass | None:
    """Return the latest label given, else the prompt.

    "None of these" withdraws the prompt, unless that feedback is provisional.

    firm: the feedback that is not provisional.
    """
    labels = [entry.label for entry in feedback if entry.label]
    return labels[-1] if labels else None if firm else drawing.prompt


@dataclass(frozen=True)
class Plurality:
    label: DoodleClass | None
    count: int


def _plurality(votes: Counter[DoodleClass | None]) -> Plurality | None:
    """Return the label with the most votes; None on a tie or without votes."""
    leaders = [Plurality(label, count) for label, count in votes.items() if count == max(votes.values())]
    return leaders[0] if len(leaders) == 1 else None
