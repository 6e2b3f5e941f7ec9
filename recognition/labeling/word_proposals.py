"""Words that people propose for drawings that show none of the classes; staff accepts or refuses them."""

from __future__ import annotations

import re
import unicodedata

from django.db import transaction

from recognition.labeling.policy import update_label
from recognition.models import AuditEntry, DoodleClass, WordProposal
from recognition.models.doodle_class import MAX_LETTERS

_WORD = re.compile(r"\w[\w '’.-]*")


class InvalidWord(ValueError):
    """The text cannot be the name of a class."""


def normalized(text: str) -> str:
    """Return a word as the classes are written: lower case, single spaces. Raises InvalidWord."""
    word = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    if len(word) > MAX_LETTERS:
        raise InvalidWord(f"The word is too long; {MAX_LETTERS} letters are the most.")
    if not _WORD.fullmatch(word):
        raise InvalidWord("Only letters, digits, spaces, hyphens and apostrophes make a word.")
    return word


def propose(word: str) -> WordProposal:
    """Return the proposal of a word, as `normalized` returns it. One whose class is gone or inactive is open again."""
    proposal, _ = WordProposal.objects.get_or_create(name=word)
    if proposal.status == WordProposal.Status.ACCEPTED:
        proposal.status = WordProposal.Status.OPEN
        proposal.save(update_fields=["status"])
    return proposal


@transaction.atomic
def accept(proposal: WordProposal) -> DoodleClass:
    """Add the word as an active class, and make it the label that was given for its drawings."""
    doodle_class = DoodleClass.objects.named(proposal.name)
    if doodle_class is None:
        doodle_class = DoodleClass.objects.create(name=proposal.name, origin=DoodleClass.Origin.OWN)
    elif not doodle_class.active:
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
