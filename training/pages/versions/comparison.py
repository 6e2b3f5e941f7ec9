"""Two versions side by side."""

from __future__ import annotations

from dataclasses import dataclass

from recognition.models import ModelVersion
from recognition.stats.metric_labels import compare_metrics, percent


@dataclass(frozen=True)
class ClassPair:
    label: str
    first: float | None  # recall on the base test drawings; None: the version does not know the class
    second: float | None

    @property
    def gained(self) -> float:
        return (self.second or 0.0) - (self.first or 0.0)

    @property
    def texts(self) -> tuple[str, str, str]:
        return percent(self.first), percent(self.second), f"{self.gained * 100:+.1f}"


@dataclass(frozen=True)
class Comparison:
    first: ModelVersion
    second: ModelVersion

    def shares(self) -> list[tuple[str, str, str]]:
        """Return name and both shares of each figure that one of them has."""
        return compare_metrics(self.first.metrics, self.second.metrics)

    def settings(self) -> list[tuple[str, object, object]]:
        """Return what was asked of both, and what differs in how they answer."""
        first, second = (_asked(version) for version in (self.first, self.second))
        names = dict.fromkeys([*first, *second])
        return [(name.replace("_", " "), first.get(name, "–"), second.get(name, "–")) for name in names]

    def classes(self) -> list[ClassPair]:
        """Return the classes that one of them knows, those that changed most first."""
        first, second = (_recalls(version) for version in (self.first, self.second))
        pairs = [
            ClassPair(label, first.get(label), second.get(label)) for label in sorted(first.keys() | second.keys())
        ]
        return sorted(pairs, key=lambda pair: -abs(pair.gained))


def _asked(version: ModelVersion) -> dict[str, object]:
    run = getattr(version, "training_run", None)
    config = {name: value for name, value in (run.config if run else {}).items() if value not in (None, [])}
    return {"classes": len(version.labels), **{key: value for key, value in config.items() if key != "classes"}}


def _recalls(version: ModelVersion) -> dict[str, float]:
    classes = (version.metrics.get("base") or {}).get("classes", {})
    return {label: one["recall"] for label, one in classes.items() if one["support"]}
