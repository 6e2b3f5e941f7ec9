"""A manifest in figures: what a run learnt from, without the names of a thousand drawings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ClassSummary:
    name: str
    base: int  # drawings trained on
    collected: int  # the same
    tested: int  # base and collected drawings held out for the test
    left_out: int  # collected drawings


@dataclass(frozen=True)
class ManifestSummary:
    classes: list[ClassSummary]
    left_out: list[tuple[str, int]]  # why collected drawings were left out, and how many; most often first
    waiting: dict[str, int]  # classes with too few drawings to be learnt, and how many they have
    style: str  # how people draw, where that is not as the base is drawn
    excluded: int  # base drawings left out because their label is wrong

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> ManifestSummary:
        """Read what `dataclasses.asdict` made of a summary and JSON of that."""
        classes = [ClassSummary(**one) for one in stored["classes"]]
        left_out = [(reason, count) for reason, count in stored["left_out"]]
        return cls(**{**stored, "classes": classes, "left_out": left_out})

    @property
    def base(self) -> int:
        return sum(one.base for one in self.classes)

    @property
    def collected(self) -> int:
        return sum(one.collected for one in self.classes)


def summarize(manifest: Mapping[str, Any]) -> ManifestSummary:
    """Add up a manifest of `training.data.dataset`; that of a run which has not collected yet is empty."""
    classes = manifest.get("classes", {})
    reasons = Counter(kind_of(reason) for one in classes.values() for reason in one["collected_left_out"].values())
    return ManifestSummary(
        classes=[_summary(name, one) for name, one in classes.items()],
        left_out=reasons.most_common(),
        waiting=manifest.get("waiting", {}),
        style=manifest.get("style", ""),
        excluded=manifest.get("base_excluded", 0),
    )


def kind_of(reason: str) -> str:
    """Return what reasons have in common that differ from drawing to drawing: “label doubted: 3% likely”."""
    return reason.partition(":")[0]


def _summary(name: str, one: Mapping[str, Any]) -> ClassSummary:
    return ClassSummary(
        name=name,
        base=one["base"]["train"] + one["base"]["near"],
        collected=len(one["collected"]["train"]),
        tested=one["base"]["test"] + len(one["collected"]["test"]),
        left_out=len(one["collected_left_out"]),
    )
