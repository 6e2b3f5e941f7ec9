"""Measures the site under load: latencies, refusals, memory. Needs wrk and Linux.

    QUICKDRAW_DIR=folder make bench B=load ARGS="mixed --minutes 10"
    QUICKDRAW_DIR=folder make bench B=load ARGS="mixed --minutes 10 --database postgres"
    QUICKDRAW_DIR=folder make bench B=load ARGS="writers --seconds 120"
    QUICKDRAW_DIR=folder make bench B=load ARGS="overload --seconds 20"
    QUICKDRAW_DIR=folder make bench B=load ARGS="retrainings --times 20"

The folder holds official files. Each command starts a separate site with all processes and prints Markdown. Rate limits
are never reached, but requests are counted.

- mixed: visitors draw and give feedback, look at the gallery, play and read; first one, then many. The memory of all
  processes is sampled.
- writers: people draw and give feedback at the same time; each request must be stored once.
- overload: far more people draw than the site can answer, and some clients send half a request.
- retrainings: one small training run after the other.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from bench.load_generator import LoadResult, run_visitors
from bench.load_tables import memory_table, mixed_table, overload_table, retraining_table, stored_line
from bench.overload import HealthProbe, half_requests
from bench.resources import ResourceMonitor, ResourceSample, sample_tree
from bench.serve import quickdraw_drawings
from bench.site_client import SiteClient
from tests.services.postgres import postgres
from tests.services.site import Site

SCOPES = ("DRAWINGS", "BYTES", "GUESSES", "FEEDBACK", "PAGES", "GAMES", "READS", "CONTRIBUTORS")
HIGH_RATE_LIMITS = {f"DOODLE_RATE_{scope}{kind}": "1000000000/s" for scope in SCOPES for kind in ("", "_ADDRESS")}
PROCESSES = ("web", "worker", "trainer", "beat")
ALONE_SECONDS = 60  # of one visitor before the crowd
SETTLE_SECONDS = 5  # until abandoned requests have ended and memory is freed
CLASSES = ["airplane", "apple", "tree"]
COUNT_ROWS = """
from recognition.models import Drawing, Feedback, Prediction
print(*(model.objects.count() for model in (Drawing, Prediction, Feedback)))
"""


def main() -> None:
    options = parse_arguments()
    if not shutil.which("wrk"):
        sys.exit("There is no wrk; Debian has it in the package wrk.")
    with running(options.database) as site:
        options.measure(site, options)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    def add_command(name: str, measure: Callable[[Site, argparse.Namespace], None]) -> argparse.ArgumentParser:
        command = commands.add_parser(name)
        command.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
        command.set_defaults(measure=measure)
        return command

    mixed_command = add_command("mixed", mixed)
    mixed_command.add_argument("--minutes", type=float, default=10)
    mixed_command.add_argument("--visitors", type=int, default=16)
    writers_command = add_command("writers", writers)
    writers_command.add_argument("--seconds", type=float, default=120)
    writers_command.add_argument("--visitors", type=int, default=32)
    overload_command = add_command("overload", overload)
    overload_command.add_argument("--seconds", type=float, default=20)
    overload_command.add_argument("--visitors", type=int, nargs="+", default=[64, 256, 512])
    add_command("retrainings", retrainings).add_argument("--times", type=int, default=20)
    return parser.parse_args()


@contextmanager
def running(database: str) -> Iterator[Site]:
    """Run a site with all processes in a temporary folder."""
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doodlesite-bench-")))
        url = stack.enter_context(postgres(durable=True)) if database == "postgres" else f"sqlite:///{var}/db.sqlite3"
        site = Site(var, url, **HIGH_RATE_LIMITS)
        stack.callback(site.stop)
        site.prepare()
        site.start("redis", *PROCESSES)
        site.wait_until_it_answers("/readyz")
        yield site


def mixed(site: Site, options: argparse.Namespace) -> None:
    visit = partial(run_visitors, site.url, quickdraw_drawings())
    visit(visitors=2, seconds=5)  # so that every process has loaded its network
    with ResourceMonitor(site, PROCESSES) as monitor:
        alone = visit(visitors=1, seconds=ALONE_SECONDS)
        crowd = visit(visitors=options.visitors, seconds=options.minutes * 60 - ALONE_SECONDS)
    print(mixed_table(alone, crowd))
    print(memory_table(monitor.samples))
    report_errors(site, crowd)


def writers(site: Site, options: argparse.Namespace) -> None:
    draw = partial(run_visitors, site.url, quickdraw_drawings(), only_draw=True)
    draw(visitors=2, seconds=5)
    before = count_rows(site)
    alone = draw(visitors=1, seconds=options.seconds / 4)
    crowd = draw(visitors=options.visitors, seconds=options.seconds)
    print(mixed_table(alone, crowd))
    print(stored_line([alone, crowd], before, count_rows(site)))
    report_errors(site, crowd)


def overload(site: Site, options: argparse.Namespace) -> None:
    draw = partial(run_visitors, site.url, quickdraw_drawings(), only_draw=True, seconds=options.seconds)
    draw(visitors=2, seconds=5)
    rows = []
    for visitors in (8, *options.visitors):
        with HealthProbe(site.url) as probe:
            rows.append((f"{visitors} visitors", draw(visitors=visitors), probe.milliseconds))
        time.sleep(SETTLE_SECONDS)
    with half_requests(site.port, 200), HealthProbe(site.url) as probe:
        rows.append(("8 visitors, and 200 half requests", draw(visitors=8), probe.milliseconds))
    print(overload_table(rows))
    report_errors(site, *(result for _, result, _ in rows))


def retrainings(site: Site, options: argparse.Namespace) -> None:
    """Retrain repeatedly. Each version is promoted, so that the web processes load it, too."""
    client = SiteClient(site)
    client.create_classes(CLASSES)
    samples: dict[str, list[ResourceSample]] = {name: [] for name in PROCESSES}
    files: list[int] = []
    with suppress(KeyboardInterrupt):  # prints the runs so far
        for turn in range(options.times):
            client.retrain(preset="quick", classes=CLASSES, rows_per_class=500, epochs=1, warm_start=False, seed=turn)
            time.sleep(SETTLE_SECONDS)
            for name in PROCESSES:
                samples[name].append(sample_tree(site.pid(name), turn))
            files.append(sum(path.is_file() for path in site.var.rglob("*")))
    shown = sorted({max(1, len(files) * part // 4) for part in (1, 2, 4)})
    print(retraining_table(samples, shown, files))
    report_errors(site)


def count_rows(site: Site) -> list[int]:
    return [int(number) for number in site.manage("shell", "--verbosity", "0", "--command", COUNT_ROWS).split()]


def report_errors(site: Site, *results: LoadResult) -> None:
    """Print the errors that must not happen: server errors, lost requests, a locked database."""
    errors = results[0].lost if results else {}
    lost = ", ".join(f"{name} {sum(result.lost[name] for result in results)}" for name in errors)
    locked = site.log("web").count("database is locked")
    broken = sum(
        count for result in results for status, count in result.statuses().items() if status in (500, 502, 504)
    )
    print(f"\nBroken: {broken}. Lost: {lost or 'none'}. “database is locked” in the log: {locked}.")


if __name__ == "__main__":
    main()
