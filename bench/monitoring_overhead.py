"""What watching costs where it costs most: the processor's time of POST /api/v1/drawings/, with it and without.

    .venv/bin/python -m bench.monitoring_overhead [--rounds 200] [--drawings 10]

All are asked by a test client in this process, in turns and in another order each time, so that whatever else the
machine does hits them alike; the median of the rounds counts. "Counted" is the middleware and what processes count, in
their files; "logged" is a line of JSON for each request besides. What is done without watching is measured twice, which
shows how much of a difference is chance. Prints Markdown.
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

WARM_UP = 50  # drawings


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
        post(WARM_UP)
    times: dict[str, list[float]] = {name: [] for name in posts}
    for _ in range(rounds):
        for name in random.sample(list(posts), len(posts)):
            times[name].append(posts[name](drawings))
    print("| POST /api/v1/drawings/ | processor | beside without |\n|---|---|---|")
    for name, taken in times.items():
        ratios = [one / other for one, other in zip(taken, times["without"], strict=True)]
        print(f"| {name} | {statistics.median(taken):.3f} ms | {statistics.median(ratios):.3f} × |")
    print(f"\n{rounds} rounds of {drawings} drawings each.")


def poster(watching: str) -> Callable[[int], float]:
    """Return what posts so many drawings, and says how many milliseconds of the processor each took."""
    from django.conf import settings
    from django.test import Client, override_settings

    from tests.factories import strokes_of

    off, body = watching == "off", json.dumps({"strokes": strokes_of("cat")})
    client = Client(headers={"host": "localhost"})
    with override_settings(MIDDLEWARE=settings.MIDDLEWARE[off:]):  # the first one watches
        client.handler.load_middleware()

    def post(times: int) -> float:
        counted = patch("recognition.serving.predict.count_answer", nothing) if off else nullcontext()
        with override_settings(LOGS=watching), counted:
            started = time.process_time()
            for _ in range(times):
                answer = client.post("/api/v1/drawings/", body, "application/json")
            taken = time.process_time() - started
        if answer.status_code != 201:
            raise RuntimeError(f"{answer.status_code}: {answer.content!r}")
        return taken / times * 1000

    return post


def nothing(*_: object) -> None:
    pass


if __name__ == "__main__":
    main()
