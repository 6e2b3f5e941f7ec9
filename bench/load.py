"""The site under load: what people wait for, what it refuses, what it takes of the machine. With wrk, on Linux.

    QUICKDRAW_DIR=folder make bench B=load ARGS="mixed --minutes 10"
    QUICKDRAW_DIR=folder make bench B=load ARGS="mixed --minutes 10 --database postgres"
    QUICKDRAW_DIR=folder make bench B=load ARGS="writers --seconds 120"
    QUICKDRAW_DIR=folder make bench B=load ARGS="overload --seconds 20"
    QUICKDRAW_DIR=folder make bench B=load ARGS="retrainings --times 20"

The folder holds official files. Each starts a site of its own, all of its processes, and prints Markdown. Limits are
far away, but everything is counted all the same.

mixed: visitors draw and answer, look at the gallery, play and read, at first one alone, then many at once, while the
memory of all processes is watched. writers: people draw and say what it was, all at the same time, and everything must
be stored once. overload: far more people draw than can be answered, and clients who send half a request and no more.
retrainings: one small training after the other.
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

from bench.load_generator import Visit, send
from bench.load_tables import memory_table, mixed_table, overload_table, retraining_table, stored_line
from bench.overload import Probing, half_requests
from bench.resources import Sample, Watched, sample
from bench.serve import real_drawings
from bench.site_client import Classroom
from tests.services.postgres import postgres
from tests.services.site import Site

SCOPES = ("DRAWINGS", "GUESSES", "FEEDBACK", "PAGES", "GAMES", "READS", "CONTRIBUTORS")
FAR_AWAY = {f"DOODLE_RATE_{scope}{kind}": "1000000/s" for scope in SCOPES for kind in ("", "_ADDRESS")}
PROCESSES = ("web", "worker", "trainer", "beat")
ALONE = 60  # seconds of one visitor before the crowd
CALM = 5  # seconds until what went before is over: requests that nobody waits for any more, memory that is given back
LEARNT = ["airplane", "apple", "tree"]
COUNT = """
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
    parts = parser.add_subparsers(required=True)

    def part(name: str, measure: Callable[[Site, argparse.Namespace], None]) -> argparse.ArgumentParser:
        part = parts.add_parser(name)
        part.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
        part.set_defaults(measure=measure)
        return part

    mixed_part = part("mixed", mixed)
    mixed_part.add_argument("--minutes", type=float, default=10)
    mixed_part.add_argument("--visitors", type=int, default=16)
    writers_part = part("writers", writers)
    writers_part.add_argument("--seconds", type=float, default=120)
    writers_part.add_argument("--visitors", type=int, default=32)
    overload_part = part("overload", overload)
    overload_part.add_argument("--seconds", type=float, default=20)
    overload_part.add_argument("--visitors", type=int, nargs="+", default=[64, 256, 512])
    part("retrainings", retrainings).add_argument("--times", type=int, default=20)
    return parser.parse_args()


@contextmanager
def running(database: str) -> Iterator[Site]:
    """A site with all its processes in a folder of its own."""
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doodlesite-bench-")))
        url = stack.enter_context(postgres(durable=True)) if database == "postgres" else f"sqlite:///{var}/db.sqlite3"
        site = Site(var, url, **FAR_AWAY)
        stack.callback(site.stop)
        site.prepare()
        site.start("redis", *PROCESSES)
        site.wait_until_it_answers("/readyz")
        yield site


def mixed(site: Site, options: argparse.Namespace) -> None:
    visit = partial(send, site.url, real_drawings())
    visit(visitors=2, seconds=5)  # every process has its network loaded
    with Watched(site, PROCESSES) as watched:
        alone = visit(visitors=1, seconds=ALONE)
        crowd = visit(visitors=options.visitors, seconds=options.minutes * 60 - ALONE)
    print(mixed_table(alone, crowd))
    print(memory_table(watched.samples))
    complain(site, crowd)


def writers(site: Site, options: argparse.Namespace) -> None:
    draw = partial(send, site.url, real_drawings(), only_draw=True)
    draw(visitors=2, seconds=5)
    before = counted(site)
    alone = draw(visitors=1, seconds=options.seconds / 4)
    crowd = draw(visitors=options.visitors, seconds=options.seconds)
    print(mixed_table(alone, crowd))
    print(stored_line([alone, crowd], before, counted(site)))
    complain(site, crowd)


def overload(site: Site, options: argparse.Namespace) -> None:
    draw = partial(send, site.url, real_drawings(), only_draw=True, seconds=options.seconds)
    draw(visitors=2, seconds=5)
    rows = []
    for visitors in (8, *options.visitors):
        with Probing(site.url) as probing:
            rows.append((f"{visitors} visitors", draw(visitors=visitors), probing.milliseconds))
        time.sleep(CALM)
    with half_requests(site.port, 200), Probing(site.url) as probing:
        rows.append(("8 visitors, and 200 half requests", draw(visitors=8), probing.milliseconds))
    print(overload_table(rows))
    complain(site, *(visit for _, visit, _ in rows))


def retrainings(site: Site, options: argparse.Namespace) -> None:
    """Each version is promoted, so that the web processes load it, too."""
    classroom = Classroom(site)
    classroom.enrol(LEARNT)
    samples: dict[str, list[Sample]] = {name: [] for name in PROCESSES}
    files: list[int] = []
    with suppress(KeyboardInterrupt):  # shows what there is
        for turn in range(options.times):
            classroom.retrain(preset="quick", classes=LEARNT, rows_per_class=500, epochs=1, warm_start=False, seed=turn)
            time.sleep(CALM)
            for name in PROCESSES:
                samples[name].append(sample(site.pid(name), turn))
            files.append(sum(path.is_file() for path in site.var.rglob("*")))
    shown = sorted({max(1, len(files) * part // 4) for part in (1, 2, 4)})
    print(retraining_table(samples, shown, files))
    complain(site)


def counted(site: Site) -> list[int]:
    return [int(number) for number in site.manage("shell", "--verbosity", "0", "--command", COUNT).split()]


def complain(site: Site, *visits: Visit) -> None:
    """Say what must not be, if it was."""
    lost = ", ".join(f"{name} {sum(visit.lost[name] for visit in visits)}" for name in visits[0].lost) if visits else ""
    locked = site.log("web").count("database is locked")
    broken = sum(count for visit in visits for status, count in visit.statuses().items() if status in (500, 502, 504))
    print(f"\nBroken: {broken}. Lost: {lost or 'none'}. “database is locked” in the log: {locked}.")


if __name__ == "__main__":
    main()
