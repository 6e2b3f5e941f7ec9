"""Two versions side by side."""

from __future__ import annotations

from dataclasses import dataclass

from recognition.models import ModelVersion
from recognition.stats.metric_labels import compare_metrics, percent


@dataclass(frozen=True)
class ClassComparison:
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
class VersionComparison:
    first: ModelVersion
    second: ModelVersion

    def shares(self) -> list[tuple[str, str, str]]:
        """Return the name and both values of each metric that one of the versions has."""
        return compare_metrics(self.first.metrics, self.second.metrics)

    def settings(self) -> list[tuple[str, object, object]]:
        """Return the name and both values of each setting of their training."""
        first, second = (_training_settings(version) for version in (self.first, self.second))
        names = dict.fromkeys([*first, *second])
        return [(name.replace("_", " "), first.get(name, "–"), second.get(name, "–")) for name in names]

    def classes(self) -> list[ClassComparison]:
        """Return the classes that one of the versions knows, by descending change of recall."""
        first, second = (_recalls(version) for version in (self.first, self.second))
        comparisons = [
            ClassComparison(label, first.get(label), second.get(label))
            for label in sorted(first.keys() | second.keys())
        ]
        return sorted(comparisons, key=lambda comparison: -abs(comparison.gained))


def _training_settings(version: ModelVersion) -> dict[str, object]:
    run = getattr(version, "training_run", None)
    config = {name: value for name, value in (run.config if run else {}).items() if value not in (None, [])}
    return {"classes": len(version.labels), **{key: value for key, value in config.items() if key != "classes"}}


def _recalls(version: ModelVersion) -> dict[str, float]:
    classes = (version.metrics.get("base") or {}).get("classes", {})
    return {label: entry["recall"] for label, entry in classes.items() if entry["support"]}
