"""Measures the overhead of monitoring: the processor time of POST /api/v1/drawings/ with and without it.

    make bench B=monitoring_overhead [ARGS="--rounds 200 --drawings 10"]

A test client in this process posts with each setting in turn, in random order, so that other work on the machine
affects all alike; the median of the rounds counts. "Counted" is the middleware and the counters of a process, in their
files. "Logged" adds a line of JSON for each request. The time without monitoring is measured twice, which shows the
noise. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

WARM_UP_DRAWINGS = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--drawings", type=int, default=10, help="in each round")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="doodlesite-bench-") as var:
        folder = Path(var) / "metrics"
        folder.mkdir()
        os.environ |= {
            "DOODLE_VAR": var,
            "DJANGO_SETTINGS_MODULE": "doodlesite.settings",
            "PROMETHEUS_MULTIPROC_DIR": str(folder),
            "DOODLE_LOGS": "json",
            "DOODLE_RATE_DRAWINGS": "off",
            "DOODLE_RATE_BYTES": "off",
        }
        import django

        django.setup()
        prepare(Path(var))
        measure(options.rounds, options.drawings)


def prepare(var: Path) -> None:
    from django.core.management import call_command

    from monitoring.metrics import prometheus_multiprocess

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("bootstrap", stdout=sys.stderr)
    prometheus_multiprocess.reserve(os.getpid())
    logging.getLogger().handlers[0].setStream((var / "log").open("w"))  # type: ignore[attr-defined]


def measure(rounds: int, drawings: int) -> None:
    posts = {
        "without": poster("off"),
        "without, again": poster("off"),
        "counted": poster("text"),
        "counted and logged": poster("json"),
    }
    for post in posts.values():
        post(WARM_UP_DRAWINGS)
    times: dict[str, list[float]] = {name: [] for name in posts}
    for _ in range(rounds):
        for name in random.sample(list(posts), len(posts)):
            times[name].append(posts[name](drawings))
    print("| POST /api/v1/drawings/ | processor | relative to without |\n|---|---|---|")
    for name, milliseconds in times.items():
        ratios = [value / baseline for value, baseline in zip(milliseconds, times["without"], strict=True)]
        print(f"| {name} | {statistics.median(milliseconds):.3f} ms | {statistics.median(ratios):.3f} × |")
    print(f"\n{rounds} rounds of {drawings} drawings each.")


def poster(log_style: str) -> Callable[[int], float]:
    """Return a function that posts drawings and returns the milliseconds of processor time of each.

    log_style: of DOODLE_LOGS; "off" also removes the middleware and the counters.
    """
    from django.conf import settings
    from django.test import Client, override_settings

    from tests.factories import strokes_of

    off, body = log_style == "off", json.dumps({"strokes": strokes_of("cat")})
    client = Client(headers={"host": "localhost"})
    with override_settings(MIDDLEWARE=settings.MIDDLEWARE[off:]):  # the first one monitors
        client.handler.load_middleware()

    def post(times: int) -> float:
        counters = patch("recognition.serving.predict.count_answer", do_nothing) if off else nullcontext()
        with override_settings(LOGS=log_style), counters:
            started = time.process_time()
            for _ in range(times):
                response = client.post("/api/v1/drawings/", body, "application/json")
            seconds = time.process_time() - started
        if response.status_code != 201:
            raise RuntimeError(f"{response.status_code}: {response.content!r}")
        return seconds / times * 1000

    return post


def do_nothing(*_: object) -> None:
    pass


if __name__ == "__main__":
    main()
