"""People who use a site: wrk sends them, bench/visitors.lua says what they do."""

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
PATIENCE = "60s"  # of a visitor; what takes longer counts as lost

Strokes = list[list[list[float]]]


@dataclass(frozen=True)
class Answer:
    kind: str
    status: int
    milliseconds: float
    at: float  # seconds, by a clock that starts anywhere


@dataclass(frozen=True)
class Visit:
    """What all visitors of one run saw."""

    answers: list[Answer]
    seconds: float
    lost: dict[str, int] = field(default_factory=dict)  # requests without an answer, by what went wrong

    def of(self, kind: str) -> Visit:
        return Visit([answer for answer in self.answers if answer.kind == kind], self.seconds)

    def between(self, start: float, end: float) -> Visit:
        """Return what came in these seconds after the first answer."""
        first = min(answer.at for answer in self.answers)
        within = [answer for answer in self.answers if start <= answer.at - first < end]
        return Visit(within, end - start)

    @property
    def kinds(self) -> list[str]:
        return sorted({answer.kind for answer in self.answers})

    @property
    def per_second(self) -> float:
        return len(self.answers) / self.seconds

    def percentiles(self, *which: float) -> list[float]:
        return [float(value) for value in np.percentile([answer.milliseconds for answer in self.answers], which)]

    def statuses(self) -> dict[int, int]:
        statuses, counts = np.unique([answer.status for answer in self.answers], return_counts=True)
        return {int(status): int(count) for status, count in zip(statuses, counts, strict=True)}


def send(url: str, drawings: Iterable[Strokes], *, visitors: int, seconds: float, only_draw: bool = False) -> Visit:
    """Let so many people use the site for `seconds`, each doing one thing after the other without a pause."""
    with tempfile.TemporaryDirectory(prefix="doodlesite-bench-") as name:
        folder = Path(name)
        (folder / "drawings").write_text("".join(f"{line}\n" for line in lines_of(drawings)))
        (folder / "cookies").write_text("".join(f"{cookie}\n" for _ in range(visitors) for cookie in cookies_of(url)))
        command = ["wrk", "--threads", str(visitors), "--connections", str(visitors), "--duration", f"{seconds:.0f}s"]
        variables = {name: str(folder / name.lower()) for name in ("DRAWINGS", "COOKIES", "ANSWERS")}
        variables |= {"ONLY_DRAWS": "1"} if only_draw else {}
        output = subprocess.check_output(
            [*command, "--timeout", PATIENCE, "--script", SCRIPT, url], env=os.environ | variables, text=True
        )
        answers = [answer for file in folder.glob("answers-*") for answer in read(file)]
    return Visit(answers, seconds, json.loads(output.splitlines()[-1]))


def cookies_of(url: str) -> tuple[str, str]:
    """Return what the site gives a newcomer; wrk shows only one of the cookies that an answer sets."""
    try:
        with urlopen(url) as answer:
            given = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie")))
    except HTTPError as refusal:
        time.sleep(int(refusal.headers["Retry-After"]))  # still busy with those who came before
        return cookies_of(url)
    return given["contributor"].coded_value, given["csrftoken"].coded_value


def lines_of(drawings: Iterable[Strokes]) -> Iterator[str]:
    """Return each drawing in two lines: all of it, and the first half of its strokes."""
    for strokes in drawings:
        yield json.dumps(strokes)
        yield json.dumps(strokes[: (len(strokes) + 1) // 2])


def read(file: Path) -> Iterator[Answer]:
    for line in file.read_text().splitlines():
        kind, status, milliseconds, at = line.split("\t")
        yield Answer(kind, int(status), float(milliseconds), float(at))
