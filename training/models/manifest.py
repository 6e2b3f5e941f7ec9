"""Summaries of a manifest: how many drawings a run learnt from, without the keys of all drawings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ClassSummary:
    """The number of drawings of one class."""

    name: str
    base: int  # base drawings trained on
    collected: int  # user drawings trained on
    tested: int  # base and user drawings in the test split
    left_out: int  # user drawings


@dataclass(frozen=True)
class ManifestSummary:
    """The number of drawings of a run, by class. The field names are keys of stored JSON."""

    classes: list[ClassSummary]
    left_out: list[tuple[str, int]]  # reasons and numbers of user drawings, most frequent first
    waiting: dict[str, int]  # classes with too few drawings to train on, and how many they have
    style: str  # the domain shift of the user drawings; empty when there is none
    excluded: int  # base drawings left out because their label is wrong
    mirrored: dict[str, str] = field(default_factory=dict)  # new classes, and what each looks like mirrored

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> ManifestSummary:
        """Restore a summary from the JSON of its `dataclasses.asdict`."""
        classes = [ClassSummary(**counts) for counts in stored["classes"]]
        left_out = [(reason, count) for reason, count in stored["left_out"]]
        return cls(**{**stored, "classes": classes, "left_out": left_out})

    @property
    def base(self) -> int:
        return sum(summary.base for summary in self.classes)

    @property
    def collected(self) -> int:
        return sum(summary.collected for summary in self.classes)


def summarize(manifest: Mapping[str, Any]) -> ManifestSummary:
    """Summarize a manifest of `training.data.dataset`; it is empty until a run has collected its drawings."""
    classes = manifest.get("classes", {})
    reasons = Counter(
        reason_kind(reason) for entry in classes.values() for reason in entry["collected_left_out"].values()
    )
    return ManifestSummary(
        classes=[_summary(name, entry) for name, entry in classes.items()],
        left_out=reasons.most_common(),
        waiting=manifest.get("waiting", {}),
        style=manifest.get("style", ""),
        excluded=manifest.get("base_excluded", 0),
        mirrored=manifest.get("mirrored", {}),
    )


def reason_kind(reason: str) -> str:
    """Return a reason without its details: “label doubted” for “label doubted: 3% likely”."""
    return reason.partition(":")[0]


def _summary(name: str, entry: Mapping[str, Any]) -> ClassSummary:
    return ClassSummary(
        name=name,
        base=entry["base"]["train"] + entry["base"]["near"],
        collected=len(entry["collected"]["train"]),
        tested=entry["base"]["test"] + len(entry["collected"]["test"]),
        left_out=len(entry["collected_left_out"]),
    )
