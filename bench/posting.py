"""Puts load on a server: wrk where it is installed, else plain Python, which takes more of the machine for itself."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

SCRIPT = Path(__file__).parent / "post.lua"


@dataclass(frozen=True)
class Load:
    """What clients saw that posted one request after the other over connections kept open."""

    answered: int
    seconds: float
    p50: float  # milliseconds
    p99: float
    failed: int

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds


def post(url: str, bodies: list[str], headers: dict[str, str], *, connections: int, seconds: float) -> Load:
    """Post JSON bodies in turn for `seconds`, over so many connections at once."""
    headers = {"Content-Type": "application/json"} | headers
    tool = _by_wrk if shutil.which("wrk") else _by_python
    return tool(url, bodies, headers, connections, seconds)


def _by_wrk(url: str, bodies: list[str], headers: dict[str, str], connections: int, seconds: float) -> Load:
    with tempfile.TemporaryDirectory() as name:
        files = {"BODIES": bodies, "HEADERS": [f"{header}: {value}" for header, value in headers.items()]}
        for file, lines in files.items():
            (Path(name) / file).write_text("\n".join(lines))
        paths = {file: str(Path(name) / file) for file in files}
        command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds:.0f}s"]
        output = subprocess.check_output([*command, "--script", SCRIPT, url], env=os.environ | paths, text=True)
    return Load(**json.loads(output.splitlines()[-1]))


def _by_python(url: str, bodies: list[str], headers: dict[str, str], connections: int, seconds: float) -> Load:
    with multiprocessing.Pool(connections) as pool:
        parts = pool.starmap(
            _post_alone, [(url, bodies[i:] + bodies[:i], headers, seconds) for i in range(connections)]
        )
    times = np.concatenate([milliseconds for milliseconds, _ in parts])
    p50, p99 = np.percentile(times, [50, 99])
    return Load(len(times), seconds, float(p50), float(p99), sum(failed for _, failed in parts))


def _post_alone(url: str, bodies: Iterable[str], headers: dict[str, str], seconds: float) -> tuple[list[float], int]:
    """Return the milliseconds that each request took, and how many failed."""
    where = urlsplit(url)
    client = http.client.HTTPConnection(where.netloc, timeout=60)
    times: list[float] = []
    failed, end = 0, time.perf_counter() + seconds
    for body in cycle(bodies):
        started = time.perf_counter()
        if started >= end:
            return times, failed
        client.request("POST", where.path, body, headers)
        answer = client.getresponse()
        answer.read()
        times.append((time.perf_counter() - started) * 1000)
        failed += answer.status >= 400
    return times, failed
