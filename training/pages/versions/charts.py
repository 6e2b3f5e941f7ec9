"""What js/charts/chart.js draws. Every chart has a table of the same numbers beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from recognition.stats.proportion import Proportion


@dataclass(frozen=True)
class Line:
    """One line of shares, 0 to 1, with the ends of their intervals where these are known."""

    name: str
    values: Sequence[float | None]
    low: Sequence[float | None] = field(default_factory=list)
    high: Sequence[float | None] = field(default_factory=list)
    is_guide: bool = False  # dashed: what the others are compared with

    @classmethod
    def of(cls, name: str, shares: Sequence[Proportion]) -> Line:
        ends = [share.interval if share.judged else (None, None) for share in shares]
        return cls(name, [share.value for share in shares], [low for low, _ in ends], [high for _, high in ends])


@dataclass(frozen=True)
class Chart:
    """Lines over the same places of an axis."""

    axis: str  # time (seconds since 1970), share (0 to 1) or version (numbers)
    title: str  # of the axis
    places: Sequence[float]
    lines: Sequence[Line]

    @property
    def json(self) -> str:
        return json.dumps(asdict(self))
