"""Words that people propose for drawings that show none of the classes; staff accepts or refuses them."""

from __future__ import annotations

import re

from django.db import transaction

from recognition.infra.words import InvalidWord, tidy_word
from recognition.labeling.policy import update_label
from recognition.models import AuditEntry, DoodleClass, WordProposal

_WORD = re.compile(r"\w[\w '’.-]*")


def normalized(text: str) -> str:
    """Return a word as most classes are written: in lower case. Raises InvalidWord."""
    word = tidy_word(text.lower())
    if not _WORD.fullmatch(word):
        raise InvalidWord("Only letters, digits, spaces, hyphens and apostrophes make a word.")
    return word


def propose(word: str) -> WordProposal:
    """Return the proposal of a word, as `normalized` returns it. One whose class is gone or inactive is open again."""
    proposal, _ = WordProposal.objects.add(word)
    if proposal.status == WordProposal.Status.ACCEPTED:
        proposal.status = WordProposal.Status.OPEN
        proposal.save(update_fields=["status"])
    return proposal


@transaction.atomic
def accept(proposal: WordProposal) -> DoodleClass:
    """Add the word as an active class, and make it the label that was given for its drawings."""
    doodle_class, _ = DoodleClass.objects.add(proposal.name, origin=DoodleClass.Origin.OWN)
    if not doodle_class.active:
        doodle_class.active = True
        doodle_class.save(update_fields=["active"])
    _decide(proposal, WordProposal.Status.ACCEPTED)
    proposal.feedback.filter(label=None, correct=False).update(label=doodle_class)
    drawings = proposal.drawings().select_for_update().defer("bitmap", "strokes")
    for drawing in drawings.with_predictions():
        update_label(drawing)
    return doodle_class


@transaction.atomic
def refuse(proposal: WordProposal) -> None:
    """Refuse the word, also when it is proposed again. Its drawings keep no label."""
    _decide(proposal, WordProposal.Status.REFUSED)


def _decide(proposal: WordProposal, status: WordProposal.Status) -> None:
    proposal.status = status
    proposal.save(update_fields=["status"])
    AuditEntry.objects.record(AuditEntry.Action.CHANGED, "word", f"{proposal} {status}")
