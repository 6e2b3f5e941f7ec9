"""Simulates visitors with wrk; bench/visitors.lua is their script."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import numpy as np

SCRIPT = Path(__file__).parent / "visitors.lua"
REQUEST_TIMEOUT = "60s"  # a slower request counts as lost

Strokes = list[list[list[float]]]


@dataclass(frozen=True)
class ResponseTime:
    kind: str
    status: int
    milliseconds: float
    at: float  # seconds, of a monotonic clock


@dataclass(frozen=True)
class LoadResult:
    """The responses that all visitors of one run received."""

    responses: list[ResponseTime]
    seconds: float
    lost: dict[str, int] = field(default_factory=dict)  # requests without a response, by error

    def of(self, kind: str) -> LoadResult:
        return LoadResult([response for response in self.responses if response.kind == kind], self.seconds)

    def between(self, start: float, end: float) -> LoadResult:
        """Return the responses from `start` to `end` seconds after the first one."""
        first = min(response.at for response in self.responses)
        within = [response for response in self.responses if start <= response.at - first < end]
        return LoadResult(within, end - start)

    @property
    def kinds(self) -> list[str]:
        return sorted({response.kind for response in self.responses})

    @property
    def per_second(self) -> float:
        return len(self.responses) / self.seconds

    def percentiles(self, *percents: float) -> list[float]:
        return [
            float(value) for value in np.percentile([response.milliseconds for response in self.responses], percents)
        ]

    def statuses(self) -> dict[int, int]:
        statuses, counts = np.unique([response.status for response in self.responses], return_counts=True)
        return {int(status): int(count) for status, count in zip(statuses, counts, strict=True)}


def run_visitors(
    url: str, drawings: Iterable[Strokes], *, visitors: int, seconds: float, only_draw: bool = False
) -> LoadResult:
    """Run concurrent visitors for `seconds`; each sends one request after the other without pauses."""
    with tempfile.TemporaryDirectory(prefix="doodlesite-bench-") as temporary:
        folder = Path(temporary)
        (folder / "drawings").write_text("".join(f"{line}\n" for line in drawing_lines(drawings)))
        (folder / "cookies").write_text("".join(f"{cookie}\n" for _ in range(visitors) for cookie in new_cookies(url)))
        command = ["wrk", "--threads", str(visitors), "--connections", str(visitors), "--duration", f"{seconds:.0f}s"]
        variables = {name: str(folder / name.lower()) for name in ("DRAWINGS", "COOKIES", "ANSWERS")}
        variables |= {"ONLY_DRAWS": "1"} if only_draw else {}
        output = subprocess.check_output(
            [*command, "--timeout", REQUEST_TIMEOUT, "--script", SCRIPT, url], env=os.environ | variables, text=True
        )
        responses = [response for file in folder.glob("answers-*") for response in read(file)]
    return LoadResult(responses, seconds, json.loads(output.splitlines()[-1]))


def new_cookies(url: str) -> tuple[str, str]:
    """Return the cookies of a new visitor, contributor and csrftoken; wrk shows only one cookie of a response."""
    try:
        with urlopen(url) as response:
            cookies = SimpleCookie("; ".join(response.headers.get_all("Set-Cookie")))
    except HTTPError as refusal:
        time.sleep(int(refusal.headers["Retry-After"]))  # still busy with earlier visitors
        return new_cookies(url)
    return cookies["contributor"].coded_value, cookies["csrftoken"].coded_value


def drawing_lines(drawings: Iterable[Strokes]) -> Iterator[str]:
    """Yield two lines per drawing: all of its strokes, and the first half of them."""
    for strokes in drawings:
        yield json.dumps(strokes)
        yield json.dumps(strokes[: (len(strokes) + 1) // 2])


def read(file: Path) -> Iterator[ResponseTime]:
    for line in file.read_text().splitlines():
        kind, status, milliseconds, at = line.split("\t")
        yield ResponseTime(kind, int(status), float(milliseconds), float(at))
