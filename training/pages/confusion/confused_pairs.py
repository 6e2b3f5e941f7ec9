"""Pairs of classes that a version confuses, with example drawings from the gallery and counts of users' judgements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from recognition.models import Exhibit, PairTally
from recognition.moderation import newest_of_each

MAX_EXAMPLES = 4  # drawings shown of each pair
# In a matrix of users' judgements. 345 classes make 119,025 pairs, most of them of a single drawing.
MAX_JUDGED_PAIRS = 10_000

PairKey: TypeAlias = tuple[str, str, int | None]  # label, guess, version; None: any version


@dataclass(frozen=True)
class ConfusedPair:
    """Drawings of `label` that a version took for `said`."""

    label: str
    said: str
    count: int = 0  # how often
    version: int | None = None  # of the examples; None: any
    examples: list[UUID] = field(default_factory=list)  # keys of drawings, newest first

    @property
    def gallery(self) -> str:
        """Return the address of all such drawings in the gallery."""
        query = {"label": self.label, "guess": self.said} | ({"version": self.version} if self.version else {})
        return f"{reverse('gallery')}?{urlencode(query)}"

    @property
    def key(self) -> PairKey:
        return self.label, self.said, self.version


def with_examples(groups: Mapping[str, list[ConfusedPair]]) -> dict[str, list[ConfusedPair]]:
    """Return groups of pairs with their examples, which take one query in all."""
    keys = {pair.key for group in groups.values() for pair in group}
    examples = _examples(sorted(keys, key=str))
    return {name: [replace(pair, examples=examples[pair.key]) for pair in group] for name, group in groups.items()}


def gallery_examples(label: str, said: str, limit: int) -> list[UUID]:
    """Return the newest gallery drawings of one class that any version took for another."""
    return list(_exhibits(label, said, None).values_list("pk", flat=True)[:limit])


def judged_pair_counts(number: int) -> dict[tuple[str, str], int]:
    """Return how often a version's guesses were judged, by pair: {(label, guess): judgements}, the most frequent."""
    rows = PairTally.objects.filter(version=number, judged__gt=0).exclude(label="").order_by("-judged", "pk")
    counted = rows.values_list("label", "guess", "judged")[:MAX_JUDGED_PAIRS]
    return {(label, guess): judged for label, guess, judged in counted}


def _examples(keys: Iterable[PairKey]) -> dict[PairKey, list[UUID]]:
    examples: dict[PairKey, list[UUID]] = {key: [] for key in keys}
    choices = [_exhibits(*key) for key in examples]
    for pk, label, said, version in newest_of_each(choices, MAX_EXAMPLES, "label__name", "guess", "version"):
        # A drawing is an example for its version and for any version.
        for key in ((label, said, version), (label, said, None)):
            if key in examples and pk not in examples[key] and len(examples[key]) < MAX_EXAMPLES:
                examples[key].append(pk)
    return examples


def _exhibits(label: str, said: str, version: int | None) -> QuerySet[Exhibit]:
    exhibits = Exhibit.objects.filter(label__name=label, guess=said)
    return exhibits if version is None else exhibits.filter(version=version)
