"""What people teach the site: draw, correct, retrain, recognize again; all of it through the public API.

    QUICKDRAW_DIR=folder .venv/bin/python -m bench.flywheel [--lessons word-50 style-200 …] [--preset quick]

The folder holds official files. A site of its own learns 20 classes from drawings that nobody posts. Then, each time
from there, people post other real drawings and say what they are, a retraining runs through Celery, the gate promotes
it (or a hand, if the gate does not), and drawings that nobody has posted are recognized. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.classroom import Classroom, Result
from bench.lessons import LESSONS, NEW_WORD, Lesson, Stock
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
    with tempfile.TemporaryDirectory(prefix="doodlesite-flywheel-") as folder:
        var = Path(folder)
        stock.save_base(var / "quickdraw")
        site = Site(var, f"sqlite:///{var / 'db.sqlite3'}", QUICKDRAW_DIR=str(var / "quickdraw"), **UNLIMITED)
        with running(site) as classroom:
            start = classroom.found(CLASSES, NEW_WORD, options.preset)
        print(f"Starting from {start.top1:.1%} on the base test drawings of {len(CLASSES)} classes.\n")
        print(HEAD)
        before = (var / "db.sqlite3").read_bytes()
        for name in options.lessons:
            (var / "db.sqlite3").write_bytes(before)
            with running(site) as classroom:
                print(row(name, start, teach(classroom, LESSONS[name], stock)), flush=True)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lessons", nargs="+", choices=LESSONS, default=list(LESSONS))
    parser.add_argument("--preset", default="standard", help="of the network that all start from")
    return parser.parse_args()


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


def teach(classroom: Classroom, lesson: Lesson, stock: Stock) -> Result:
    """Have people draw and correct, retrain, and look what is recognized now."""
    posted, unseen = lesson.drawings(stock)
    before = classroom.right(unseen)
    classroom.post(posted)
    result = classroom.retrain()
    return result.with_recognition(before, classroom.right(unseen))


HEAD = """| lesson | recognized before | after | bar | base | gate | click to served |
|---|---|---|---|---|---|---|"""


def row(name: str, start: Result, result: Result) -> str:
    lesson = LESSONS[name]
    lost = (result.top1 - start.top1) * 100
    return (
        f"| {lesson.title} | {result.before:.1%} | {result.after:.1%} | {lesson.bar} | {result.top1:.1%} ({lost:+.1f}) "
        f"| {'not by: ' + result.refused if result.refused else 'passed'} | {result.seconds:.0f} s |"
    )


if __name__ == "__main__":
    main()
