from __future__ import annotations

from django.db import models

from recognition.infra.words import MAX_LETTERS
from recognition.models.drawing import Drawing, DrawingQuerySet
from recognition.models.word import Word, WordQuerySet


class WordProposalQuerySet(WordQuerySet["WordProposal"]):
    def abandoned(self) -> WordProposalQuerySet:
        """Return the words that staff has not decided about and that no feedback proposes any more."""
        return self.filter(status=WordProposal.Status.OPEN, feedback=None)


class WordProposal(Word):
    """A word that people drew and that is no class. Only staff sees it, until they add it as a class."""

    class Status(models.TextChoices):
        OPEN = "open", "to decide"
        ACCEPTED = "accepted", "added as a class"
        REFUSED = "refused", "refused"

    name = models.CharField("word", max_length=MAX_LETTERS, unique=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WordProposalQuerySet.as_manager()

    class Meta(Word.Meta):
        verbose_name = "proposed word"

    def drawings(self) -> DrawingQuerySet:
        """Return the drawings that the word is proposed for."""
        return Drawing.objects.filter(pk__in=self.feedback.values("drawing"))
