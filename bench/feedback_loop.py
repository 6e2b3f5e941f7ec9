"""What people teach the site: draw, correct, retrain, recognize again; all of it through the public API.

    QUICKDRAW_DIR=folder .venv/bin/python -m bench.feedback_loop [--lessons word-50 style-200 …] [--preset quick]
    [--scratch]

The folder holds official files. A site of its own learns 20 classes from drawings that nobody posts. Then, each time
from there, people post other real drawings and say what they are, a retraining runs through Celery, the gate promotes
it (or a hand, if the gate does not), and drawings that nobody has posted are recognized. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from bench.scenarios import LESSONS, NEW_WORD, Lesson, Stock
from bench.site_client import Classroom, Result
from tests.services.site import Site

CLASSES = [
    *("airplane", "apple", "banana", "bicycle", "bird", "book", "bowtie", "butterfly", "cat", "circle"),
    *("crown", "diamond", "dog", "eye", "guitar", "mouth", "smiley face", "teapot", "wine bottle", "wine glass"),
]
PROCESSES = ("redis", "web", "worker", "trainer", "beat")
UNLIMITED = {"DOODLE_RATE_DRAWINGS": "off", "DOODLE_RATE_GUESSES": "off", "DOODLE_RATE_FEEDBACK": "off"}


def main() -> None:
    options = parse_arguments()
    stock = Stock(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")), CLASSES)
    with ExitStack() as stack:
        var = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doodlesite-flywheel-")))
        site = Site(var, f"sqlite:///{var / 'db.sqlite3'}", QUICKDRAW_DIR=str(var / "quickdraw"), **UNLIMITED)
        if not (var / "start.sqlite3").exists():
            found(site, stock, options.preset)
        print(HEAD)
        for name in options.lessons:
            copy(var / "start.sqlite3", var / "db.sqlite3")
            with running(site) as classroom:
                print(row(LESSONS[name], teach(classroom, LESSONS[name], stock, options)), flush=True)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lessons", nargs="+", choices=LESSONS, default=list(LESSONS))
    parser.add_argument("--preset", default="standard", help="of the network that all lessons start from")
    parser.add_argument("--scratch", action="store_true", help="retrain from scratch instead of going on")
    parser.add_argument("--folder", type=Path, help="an empty one, or one of an earlier run to start from its network")
    return parser.parse_args()


def found(site: Site, stock: Stock, preset: str) -> None:
    """Train the network that all lessons start from, and keep the database."""
    stock.save_base(site.var / "quickdraw")
    with running(site) as classroom:
        classroom.found(CLASSES, NEW_WORD, preset)
    copy(site.var / "db.sqlite3", site.var / "start.sqlite3")


@contextmanager
def running(site: Site) -> Iterator[Classroom]:
    site.start("redis")
    site.manage("migrate", "--verbosity", "0")
    site.start(*PROCESSES[1:])
    site.wait_until_it_answers()
    try:
        yield Classroom(site)
    finally:
        site.stop()


def copy(source: Path, target: Path) -> None:
    """Copy a database with what its write-ahead log still holds, over whatever the target is."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def teach(classroom: Classroom, lesson: Lesson, stock: Stock, options: argparse.Namespace) -> tuple[Result, Result]:
    """Have people draw and correct, retrain, and see what is recognized; return how it was before and after that."""
    how = {"warm_start": False, "preset": options.preset} if options.scratch else {}
    posted, unseen = lesson.drawings(stock)
    before = Result(classroom.right(unseen), classroom.top1())
    classroom.post(posted)
    refused, seconds = classroom.retrain(**how)
    return before, Result(classroom.right(unseen), classroom.top1(), refused, seconds)


HEAD = """| lesson | recognized before | after | bar | base before | after | gate | click to served |
|---|---|---|---|---|---|---|---|"""


def row(lesson: Lesson, results: tuple[Result, Result]) -> str:
    before, after = results
    cells = [
        lesson.title,
        f"{before.recognized:.1%}",
        f"{after.recognized:.1%}",
        lesson.bar,
        f"{before.top1:.1%}",
        f"{after.top1:.1%} ({(after.top1 - before.top1) * 100:+.1f})",
        f"not passed: {after.refused}" if after.refused else "passed",
        f"{after.seconds:.0f} s",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
