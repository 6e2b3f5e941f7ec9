"""The data of the charts that js/charts/chart.js draws. The pages also show the same numbers in tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from recognition.stats.proportion import Proportion


@dataclass(frozen=True)
class ChartLine:
    """One line of values, with confidence intervals if these are known."""

    name: str
    values: Sequence[float | None]
    low: Sequence[float | None] = field(default_factory=list)
    high: Sequence[float | None] = field(default_factory=list)
    is_guide: bool = False  # a dashed line to compare the others with

    @classmethod
    def from_proportions(cls, name: str, shares: Sequence[Proportion]) -> ChartLine:
        intervals = [share.interval if share.judged else (None, None) for share in shares]
        values = [share.value for share in shares]
        return cls(name, values, [low for low, _ in intervals], [high for _, high in intervals])


@dataclass(frozen=True)
class Chart:
    """Lines with common positions on the horizontal axis."""

    axis: str  # time (seconds since 1970), share (0 to 1) or number
    title: str  # of the axis
    places: Sequence[float]
    lines: Sequence[ChartLine]
    unit: str = "share"  # of the lines' values: share (0 to 1), number or count

    @property
    def json(self) -> str:
        return json.dumps(asdict(self))
