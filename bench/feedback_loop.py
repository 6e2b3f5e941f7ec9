"""Measures the feedback loop: people draw and correct, the site retrains, and unseen drawings are recognized.

    QUICKDRAW_DIR=folder make bench B=feedback_loop [ARGS="--lessons word-50 style-200 … --preset quick --scratch"]

The folder holds official files. A site of its own learns 20 classes from drawings that are never posted. Each scenario
starts from that site: people post other real drawings with labels through the API, a retraining runs through Celery,
and drawings that were never posted are recognized. The gate promotes the version; if it refuses, the script promotes
it. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from bench.scenarios import NEW_WORD, SCENARIOS, DrawingPool, Scenario
from bench.site_client import ScenarioResult, SiteClient
from tests.services.site import Site

CLASSES = [
    *("airplane", "apple", "banana", "bicycle", "bird", "book", "bowtie", "butterfly", "cat", "circle"),
    *("crown", "diamond", "dog", "eye", "guitar", "mouth", "smiley face", "teapot", "wine bottle", "wine glass"),
]
PROCESSES = ("redis", "web", "worker", "trainer", "beat")
NO_RATE_LIMITS = {f"DOODLE_RATE_{scope}": "off" for scope in ("DRAWINGS", "BYTES", "GUESSES", "FEEDBACK")}


def main() -> None:
    options = parse_arguments()
    pool = DrawingPool(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")), CLASSES)
    with ExitStack() as stack:
        var = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doodlesite-bench-")))
        site = Site(var, f"sqlite:///{var / 'db.sqlite3'}", QUICKDRAW_DIR=str(var / "quickdraw"), **NO_RATE_LIMITS)
        if not (var / "start.sqlite3").exists():
            create_baseline(site, pool, options.preset)
        print(HEAD)
        for name in options.lessons:
            copy_database(var / "start.sqlite3", var / "db.sqlite3")
            with running(site) as client:
                print(row(SCENARIOS[name], run_scenario(client, SCENARIOS[name], pool, options)), flush=True)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lessons", nargs="+", choices=SCENARIOS, default=list(SCENARIOS), help="scenarios to run")
    parser.add_argument("--preset", default="standard", help="of the network that all scenarios start from")
    parser.add_argument("--scratch", action="store_true", help="retrain from scratch instead of a warm start")
    parser.add_argument("--folder", type=Path, help="an empty one, or one of an earlier run to start from its network")
    return parser.parse_args()


def create_baseline(site: Site, pool: DrawingPool, preset: str) -> None:
    """Train the network that all scenarios start from, and keep the database."""
    pool.save_base(site.var / "quickdraw")
    with running(site) as client:
        client.create_baseline(CLASSES, NEW_WORD, preset)
    copy_database(site.var / "db.sqlite3", site.var / "start.sqlite3")


@contextmanager
def running(site: Site) -> Iterator[SiteClient]:
    site.start("redis")
    site.manage("migrate", "--verbosity", "0")
    site.start(*PROCESSES[1:])
    site.wait_until_it_answers()
    try:
        yield SiteClient(site)
    finally:
        site.stop()


def copy_database(source: Path, target: Path) -> None:
    """Copy an SQLite database with its write-ahead log; the target is overwritten."""
    with closing(sqlite3.connect(source)) as source_connection, closing(sqlite3.connect(target)) as target_connection:
        source_connection.backup(target_connection)


def run_scenario(
    client: SiteClient, scenario: Scenario, pool: DrawingPool, options: argparse.Namespace
) -> tuple[ScenarioResult, ScenarioResult]:
    """Post drawings with labels and retrain; return the results before and after."""
    config = {"warm_start": False, "preset": options.preset} if options.scratch else {}
    to_post, to_recognize = scenario.drawings(pool)
    before = ScenarioResult(client.recognized_share(to_recognize), client.top1())
    client.post(to_post)
    failed_checks, seconds = client.retrain(**config)
    after = ScenarioResult(client.recognized_share(to_recognize), client.top1(), failed_checks, seconds)
    return before, after


HEAD = """| scenario | recognized before | after | bar | base before | after | gate | click to served |
|---|---|---|---|---|---|---|---|"""


def row(scenario: Scenario, results: tuple[ScenarioResult, ScenarioResult]) -> str:
    before, after = results
    cells = [
        scenario.title,
        f"{before.recognized:.1%}",
        f"{after.recognized:.1%}",
        scenario.bar,
        f"{before.top1:.1%}",
        f"{after.top1:.1%} ({(after.top1 - before.top1) * 100:+.1f})",
        f"not passed: {after.failed_checks}" if after.failed_checks else "passed",
        f"{after.seconds:.0f} s",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
