from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import models

from recognition.infra.words import word_key
from recognition.models.word import Word, WordQuerySet

if TYPE_CHECKING:
    from recognition.models.model_version import ModelVersion


class DoodleClassQuerySet(WordQuerySet["DoodleClass"]):
    def active(self) -> DoodleClassQuerySet:
        return self.filter(active=True)

    def ensure(self, names: Iterable[str], comes_with: ModelVersion | None = None) -> None:
        """Create the Quick, Draw! classes with these names that do not exist yet.

        comes_with: the version that brings them; they are active once it is promoted.
        """
        known = self._names_by_key()
        missing = (name for name in names if word_key(name) not in known)
        new = (DoodleClass(name=name, active=comes_with is None, comes_with=comes_with) for name in missing)
        self.bulk_create(new, ignore_conflicts=True)

    def as_written_here(self, names: Sequence[str]) -> list[str]:
        """Return names as the classes of this site are written; as they are, if two of them are the same word."""
        known = self._names_by_key()
        written = [known.get(word_key(name), name) for name in names]
        return written if len(set(written)) == len(names) else list(names)

    def activate_of(self, version: ModelVersion) -> None:
        """Activate the classes that a version brings. What an administrator deactivates later stays so."""
        self.filter(comes_with=version).update(active=True, comes_with=None)

    def _names_by_key(self) -> dict[str, str]:
        """Return the name of each word; of doubles, the one that has the key."""
        rows = self.order_by(models.F("key").desc(nulls_first=True)).values_list("name", "key")
        return {key or word_key(name): name for name, key in rows}


class DoodleClass(Word):
    """A word that people draw, such as "cat". Active classes are offered on the page and trained."""

    class Origin(models.TextChoices):
        QUICKDRAW = "quickdraw", "Quick, Draw! category"
        OWN = "own", "our own"

    active = models.BooleanField(default=True, help_text="Offered on the page and part of the next training.")
    direction_matters = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The mirror image of a drawing shows something else, as with “b” and “d” or a left arrow. "
        "Takes effect with the next training.",
    )
    comes_with = models.ForeignKey(
        "recognition.ModelVersion", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    origin = models.CharField(max_length=16, choices=Origin, default=Origin.QUICKDRAW)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DoodleClassQuerySet.as_manager()

    class Meta(Word.Meta):
        verbose_name = "class"
        verbose_name_plural = "classes"
