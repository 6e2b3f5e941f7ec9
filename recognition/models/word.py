from __future__ import annotations

from contextlib import suppress
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from recognition.infra.words import MAX_LETTERS, is_storable, similar_words, tidy_word, unknown_word, word_key

MAX_KEY_LETTERS = 4 * MAX_LETTERS  # case folding makes some letters longer: ß becomes ss
W = TypeVar("W", bound="Word")


class WordKeyField(models.CharField):  # type: ignore[type-arg]  # generic in the types only
    """The normal form of a row's name; see recognition/infra/words.py.

    It stays null in a row that an upgrade found to be a double, and in one that an older release wrote during it.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if add or getattr(model_instance, self.attname) is not None:
            setattr(model_instance, self.attname, word_key(model_instance.name))  # type: ignore[attr-defined]
        return super().pre_save(model_instance, add)


class WordQuerySet(models.QuerySet[W]):
    def named(self, name: str) -> W | None:
        """Return the row of a word, in any case and Unicode form."""
        if not is_storable(name):
            return None
        key = word_key(name)
        rows = self.filter(models.Q(key=key) | models.Q(key=None)).order_by(models.F("key").asc(nulls_last=True), "pk")
        return next((row for row in rows if (row.key or word_key(row.name)) == key), None)

    def add(self, name: str, **fields: Any) -> tuple[W, bool]:
        """Return the row of a word, and whether it is new; of simultaneous calls, one is. Raises InvalidWord."""
        if existing := self.named(name):
            return existing, False
        try:
            with transaction.atomic():
                return self.create(name=tidy_word(name), **fields), True
        except IntegrityError:
            if existing := self.named(name):
                return existing, False
            raise

    def like(self, name: str, limit: int) -> list[str]:
        """Return the names that are most like a misspelt one, the best first."""
        return similar_words(name, self.values_list("name", flat=True), limit)

    def unknown(self, name: str) -> str:
        """Return a sentence that says that there is no such word, with the most similar one."""
        return unknown_word(name, self.values_list("name", flat=True))

    def doubles(self) -> list[tuple[W, W]]:
        """Return each row that is the same word as another one, with the other one, which has the key."""
        without = [(row, self.named(row.name)) for row in self.filter(key=None).order_by("pk")]
        return [(row, kept) for row, kept in without if kept and kept != row]


class Word(models.Model):
    """A row with a name; no two rows are the same word."""

    name = models.CharField(max_length=MAX_LETTERS, unique=True)
    key = WordKeyField(max_length=MAX_KEY_LETTERS, unique=True, null=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def is_called(self, name: str) -> bool:
        """Tell whether a name is this word, in any case and Unicode form."""
        return word_key(name) == word_key(self.name)


def fill_keys(model: type[models.Model]) -> None:
    """Set the key of rows without one, unless it is taken; of doubles, the oldest row gets it.

    model: also one of a migration.
    """
    taken = set(model._default_manager.exclude(key=None).values_list("key", flat=True))
    for pk, name in model._default_manager.filter(key=None).order_by("pk").values_list("pk", "name"):
        if (key := word_key(name)) not in taken:
            taken.add(key)
            with suppress(IntegrityError), transaction.atomic():  # a class that was added at this moment has the key
                model._default_manager.filter(pk=pk).update(key=key)
