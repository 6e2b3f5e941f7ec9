"""A version's metrics as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DRAWINGS = {"base": "Quick, Draw! test drawings", "collected": "Collected test drawings"}
SHARES = {  # of `training.evaluation.metrics.measure`
    "top1": "right",
    "top3": "among the best 3",
    "top5": "among the best 5",
    "macro_recall": "average class",
    "rejected": "not recognized",
    "ece": "calibration error",
}
MISTAKES = 3  # shown for each class


@dataclass(frozen=True)
class ClassFigures:
    label: str
    support: int
    recall: float
    precision: float | None
    mistakes: str  # what else was said, most often first

    @property
    def recall_percent(self) -> str:
        return percent(self.recall)

    @property
    def precision_percent(self) -> str:
        return percent(self.precision)


@dataclass(frozen=True)
class Figures:
    """What one set of test drawings says about a version."""

    title: str
    count: int
    shares: dict[str, str]
    classes: list[ClassFigures]  # the weakest first: that is where an editor can help


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def figures_of(metrics: Mapping[str, Any]) -> list[Figures]:
    """Return the figures of each set of test drawings that metrics tell of."""
    return [
        _figures(title, metrics[name]) for name, title in DRAWINGS.items() if (metrics.get(name) or {}).get("count")
    ]


def comparison(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return name and share for both, as far as one of them has it."""
    return [
        (f"{title}: {share}", percent(mine), percent(other))
        for name, title in DRAWINGS.items()
        for key, share in SHARES.items()
        for mine, other in [((ours.get(name) or {}).get(key), (theirs.get(name) or {}).get(key))]
        if mine is not None or other is not None
    ]


def _figures(title: str, measured: Mapping[str, Any]) -> Figures:
    tested = {label: one for label, one in measured.get("classes", {}).items() if one.get("recall") is not None}
    classes = [_class_figures(label, one) for label, one in tested.items()]
    return Figures(
        title=title,
        count=measured["count"],
        shares={share: percent(measured[key]) for key, share in SHARES.items() if measured.get(key) is not None},
        classes=sorted(classes, key=lambda one: (one.recall, one.label)),
    )


def _class_figures(label: str, measured: Mapping[str, Any]) -> ClassFigures:
    others = [(count, other) for other, count in measured.get("said", {}).items() if other != label]
    mistakes = ", ".join(f"{other} {count}" for count, other in sorted(others, reverse=True)[:MISTAKES])
    return ClassFigures(label, measured["support"], measured["recall"], measured.get("precision"), mistakes)
