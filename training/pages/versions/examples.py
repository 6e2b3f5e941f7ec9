"""Pairs of classes that are confused, with drawings from the gallery to which that happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from recognition.models import Exhibit
from recognition.moderation import newest_of_each

EXAMPLES = 4  # drawings shown of each pair

Place: TypeAlias = tuple[str, str, int | None]  # what it is, what was said, by which version; None: by any


@dataclass(frozen=True)
class Pair:
    """Drawings of `label` that were taken for `said`, so many times."""

    label: str
    said: str
    count: int = 0
    version: int | None = None  # of the examples; None: any
    examples: list[UUID] = field(default_factory=list)  # of drawings, the newest first

    @property
    def gallery(self) -> str:
        """Return the address of all such drawings that are in the gallery."""
        asked = {"label": self.label, "guess": self.said} | ({"version": self.version} if self.version else {})
        return f"{reverse('gallery')}?{urlencode(asked)}"


def with_examples(pairs: Mapping[str, list[Pair]]) -> dict[str, list[Pair]]:
    """Return groups of pairs with examples, in one query."""
    wanted = {(pair.label, pair.said, pair.version) for group in pairs.values() for pair in group}
    found = _examples(sorted(wanted, key=str))
    return {name: [_with(pair, found) for pair in group] for name, group in pairs.items()}


def drawings_of(label: str, said: str, most: int) -> list[UUID]:
    """Return the newest drawings in the gallery that are one class and were taken for another."""
    return list(_exhibits(label, said, None).values_list("pk", flat=True)[:most])


def _with(pair: Pair, found: Mapping[Place, list[UUID]]) -> Pair:
    return Pair(pair.label, pair.said, pair.count, pair.version, found[pair.label, pair.said, pair.version])


def _examples(places: Iterable[Place]) -> dict[Place, list[UUID]]:
    found: dict[Place, list[UUID]] = {place: [] for place in places}
    choices = [_exhibits(*place) for place in found]
    for pk, label, said, version in newest_of_each(choices, EXAMPLES, "label__name", "guess", "version"):
        for place in ((label, said, version), (label, said, None)):
            if place in found and pk not in found[place] and len(found[place]) < EXAMPLES:
                found[place].append(pk)
    return found


def _exhibits(label: str, said: str, version: int | None) -> QuerySet[Exhibit]:
    exhibits = Exhibit.objects.filter(label__name=label, guess=said)
    return exhibits if version is None else exhibits.filter(version=version)
