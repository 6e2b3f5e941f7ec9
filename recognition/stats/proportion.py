"""Proportions with a confidence interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from recognition.stats.metric_labels import percent

MIN_JUDGED = 30  # with fewer, the interval is too wide for the proportion to be useful
Z = 1.96  # standard deviations on either side of the mean that hold 95 %


@dataclass(frozen=True)
class Proportion:
    """The proportion of right answers among the judged ones."""

    right: int
    judged: int

    @property
    def value(self) -> float | None:
        return self.right / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % confidence interval.

        It is the score interval of Wilson 1927, Probable Inference, the Law of Succession, and Statistical Inference.
        Unlike the normal approximation it holds for few answers and for proportions near 1.
        """
        if not self.judged:
            return 0.0, 1.0
        value, chance = self.right / self.judged, Z**2 / self.judged
        middle = (value + chance / 2) / (1 + chance)
        reach = Z / (1 + chance) * sqrt(value * (1 - value) / self.judged + chance / self.judged / 4)
        return max(0.0, middle - reach), min(1.0, middle + reach)

    @property
    def is_enough(self) -> bool:
        return self.judged >= MIN_JUDGED

    @property
    def text(self) -> str:
        return percent(self.value)

    @property
    def interval_text(self) -> str:
        """Return the interval as text: 85.3–89.1 %."""
        low, high = self.interval
        return f"{low * 100:.1f}–{percent(high)}" if self.judged else "–"
