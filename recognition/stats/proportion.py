"""A share of something counted, and how much chance is in it."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from recognition.stats.metric_labels import percent

ENOUGH = 30  # judged; with fewer the interval is so wide that a share says next to nothing
Z = 1.96  # standard deviations on either side of the middle that hold 95 %


@dataclass(frozen=True)
class Proportion:
    """How many of those that were judged were right."""

    right: int
    judged: int

    @property
    def value(self) -> float | None:
        return self.right / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float]:
        """Return between which shares the true one lies with 95 % certainty.

        The score interval of Wilson 1927, Probable Inference, the Law of Succession, and Statistical Inference: unlike
        the textbook's it is right for few answers and for shares near 1.
        """
        if not self.judged:
            return 0.0, 1.0
        share, chance = self.right / self.judged, Z**2 / self.judged
        middle = (share + chance / 2) / (1 + chance)
        reach = Z / (1 + chance) * sqrt(share * (1 - share) / self.judged + chance / self.judged / 4)
        return max(0.0, middle - reach), min(1.0, middle + reach)

    @property
    def is_enough(self) -> bool:
        return self.judged >= ENOUGH

    @property
    def text(self) -> str:
        return percent(self.value)

    @property
    def interval_text(self) -> str:
        """Return the interval as people read it: 85.3–89.1%."""
        low, high = self.interval
        return f"{low * 100:.1f}–{high:.1%}" if self.judged else "–"
