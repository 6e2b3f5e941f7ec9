"""Generates HTTP load with wrk, or with Python processes, which use more of the machine, where wrk is missing."""

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
class PostResult:
    """The result of clients that post one request after the other over keep-alive connections."""

    answered: int
    seconds: float
    p50: float  # milliseconds
    p99: float
    failed: int

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds


def post(url: str, bodies: list[str], headers: dict[str, str], *, connections: int, seconds: float) -> PostResult:
    """Post JSON bodies in turn for `seconds`, over `connections` concurrent connections."""
    headers = {"Content-Type": "application/json"} | headers
    generate = _with_wrk if shutil.which("wrk") else _with_python
    return generate(url, bodies, headers, connections, seconds)


def _with_wrk(url: str, bodies: list[str], headers: dict[str, str], connections: int, seconds: float) -> PostResult:
    with tempfile.TemporaryDirectory() as folder:
        files = {"BODIES": bodies, "HEADERS": [f"{header}: {value}" for header, value in headers.items()]}
        for file, lines in files.items():
            (Path(folder) / file).write_text("\n".join(lines))
        paths = {file: str(Path(folder) / file) for file in files}
        command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds:.0f}s"]
        output = subprocess.check_output([*command, "--script", SCRIPT, url], env=os.environ | paths, text=True)
    return PostResult(**json.loads(output.splitlines()[-1]))


def _with_python(url: str, bodies: list[str], headers: dict[str, str], connections: int, seconds: float) -> PostResult:
    with multiprocessing.Pool(connections) as pool:
        parts = pool.starmap(
            _post_alone, [(url, bodies[i:] + bodies[:i], headers, seconds) for i in range(connections)]
        )
    times = np.concatenate([milliseconds for milliseconds, _ in parts])
    p50, p99 = np.percentile(times, [50, 99])
    return PostResult(len(times), seconds, float(p50), float(p99), sum(failed for _, failed in parts))


def _post_alone(url: str, bodies: Iterable[str], headers: dict[str, str], seconds: float) -> tuple[list[float], int]:
    """Return the milliseconds of each request, and how many failed."""
    address = urlsplit(url)
    client = http.client.HTTPConnection(address.netloc, timeout=60)
    times: list[float] = []
    failed, end = 0, time.perf_counter() + seconds
    for body in cycle(bodies):
        started = time.perf_counter()
        if started >= end:
            return times, failed
        client.request("POST", address.path, body, headers)
        response = client.getresponse()
        response.read()
        times.append((time.perf_counter() - started) * 1000)
        failed += response.status >= 400
    return times, failed
