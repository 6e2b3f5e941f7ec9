"""The difference between the data sets of two runs, from their manifests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NO_ENTRY: dict[str, Any] = {
    "base": {"train": 0, "validation": 0, "test": 0, "near": 0},
    "collected": {},
    "collected_left_out": {},
}


@dataclass(frozen=True)
class ClassDifference:
    """What two runs used of one class. A pair holds the first run's value and the second's."""

    name: str
    trained: tuple[int, int]  # base drawings
    tested: tuple[int, int]  # base drawings
    is_other_base: bool  # base drawings differ; the manifest has their digest, not their keys
    only: tuple[dict[str, str], dict[str, str]]  # user drawings that the other run did not use: their splits, by key
    moved: dict[str, str]  # user drawings in another split: both splits, by key
    left_out: tuple[dict[str, str], dict[str, str]]  # why the other run left drawings of `only` out, by key

    @property
    def tested_only(self) -> tuple[int, int]:
        """Return how many user drawings just one run tested on."""
        first, second = (list(side.values()).count("test") for side in self.only)
        return first, second


@dataclass(frozen=True)
class ManifestDifference:
    only: tuple[list[str], list[str]]  # classes that the other run did not learn
    classes: list[ClassDifference]  # that differ, in alphabetical order
    compared: int  # classes of either run

    @property
    def user_drawings(self) -> tuple[int, int]:
        """Return how many user drawings just one run used."""
        first, second = (sum(len(one.only[side]) for one in self.classes) for side in (0, 1))
        return first, second

    @property
    def other_base(self) -> int:
        """Return the number of classes whose base drawings differ."""
        return sum(one.is_other_base for one in self.classes)

    @property
    def moved(self) -> int:
        return sum(len(one.moved) for one in self.classes)


def compare_manifests(first: Mapping[str, Any], second: Mapping[str, Any]) -> ManifestDifference:
    """Compare two manifests of `training.data.dataset`. Either may be empty, before a run has collected."""
    sides = first.get("classes", {}), second.get("classes", {})
    names = sorted({*sides[0], *sides[1]})
    pairs = ((name, [side.get(name, NO_ENTRY) for side in sides]) for name in names)
    return ManifestDifference(
        only=(sorted(sides[0].keys() - sides[1]), sorted(sides[1].keys() - sides[0])),
        classes=[_compare(name, pair) for name, pair in pairs if _uses(pair[0]) != _uses(pair[1])],
        compared=len(names),
    )


def _uses(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what a run used of a class, without what it left out."""
    return entry["base"], entry.get("base_digest"), entry["collected"]


def _compare(name: str, pair: Sequence[Mapping[str, Any]]) -> ClassDifference:
    first, second = (_splits(entry) for entry in pair)
    only = _without(first, second), _without(second, first)
    reasons = [entry["collected_left_out"] for entry in pair]
    return ClassDifference(
        name=name,
        trained=_counts(pair, "train", "near"),
        tested=_counts(pair, "test"),
        is_other_base=_uses(pair[0])[:2] != _uses(pair[1])[:2],
        only=only,
        moved={key: f"{split}, {second[key]}" for key, split in first.items() if second.get(key, split) != split},
        left_out=(_among(only[0], reasons[1]), _among(only[1], reasons[0])),
    )


def _splits(entry: Mapping[str, Any]) -> dict[str, str]:
    return {key: split for split, keys in entry["collected"].items() for key in keys}


def _without(these: dict[str, str], those: dict[str, str]) -> dict[str, str]:
    return {key: split for key, split in these.items() if key not in those}


def _among(keys: Mapping[str, str], reasons: Mapping[str, str]) -> dict[str, str]:
    return {key: reasons[key] for key in keys if key in reasons}


def _counts(pair: Sequence[Mapping[str, Any]], *splits: str) -> tuple[int, int]:
    first, second = (sum(entry["base"][split] for split in splits) for entry in pair)
    return first, second
