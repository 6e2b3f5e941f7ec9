"""What liars cost the next version, with the defences and without; all of it through the public API.

    QUICKDRAW_DIR=folder .venv/bin/python -m bench.poisoning [--attacks flips sleepers …] [--undefended] […]

The same site as `bench.feedback_loop`. Then, each time from there, people post 1,000 real drawings and say what they
are, in 300 of them they lie, a retraining runs, and a hand promotes what the gate refuses, to see what it would have
cost. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from bench.attacks import ATTACKS, MORE, Attack
from bench.feedback_loop import CLASSES, UNLIMITED, copy, found, running
from bench.scenarios import Stock
from bench.site_client import Classroom
from tests.services.site import Site


@dataclass(frozen=True)
class Measured:
    """What a version recognizes of the base test drawings: of all of them, and of each class."""

    top1: float
    recalls: dict[str, float]
    support: dict[str, int]


@dataclass(frozen=True)
class Taken:
    """Which shares of the lies and of the honest drawings on the side to train on were trained on."""

    lies: float
    honest: float


def main() -> None:
    options = parse_arguments()
    stock = Stock(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")), CLASSES, MORE)
    with ExitStack() as stack:
        var = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doodlesite-poisoning-")))
        site = Site(var, f"sqlite:///{var / 'db.sqlite3'}", QUICKDRAW_DIR=str(var / "quickdraw"), **UNLIMITED)
        if not (var / "start.sqlite3").exists():
            found(site, stock, options.preset)
        if options.undefended:
            site.environment["TRAINING_TRUSTS_EVERYBODY"] = "1"
        print(HEAD)
        for name in options.attacks:
            copy(var / "start.sqlite3", var / "db.sqlite3")
            with running(site) as classroom:
                print(attack(site, classroom, ATTACKS[name], stock), flush=True)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attacks", nargs="*", choices=ATTACKS, default=list(ATTACKS))
    parser.add_argument("--undefended", action="store_true", help="switch off what keeps lies out of the training")
    parser.add_argument("--preset", default="standard", help="of the network that all attacks start from")
    parser.add_argument("--folder", type=Path, help="an empty one, or one of an earlier run to start from its network")
    return parser.parse_args()


def attack(site: Site, classroom: Classroom, plan: Attack, stock: Stock) -> str:
    """Have people post, some of them lies, and retrain; return what came of it as a row."""
    posts = plan.posts(stock, classroom.confidences)
    before = measure(classroom)
    ids = classroom.post(posts.drawings)
    refused, _ = classroom.retrain()
    return row(plan, before, measure(classroom), taken(site.var / "db.sqlite3", ids, posts.lies), refused)


def measure(classroom: Classroom) -> Measured:
    measured = classroom.measured()
    classes = {name: one for name, one in measured["classes"].items() if one["support"]}
    recalls = {name: one["recall"] for name, one in classes.items()}
    return Measured(measured["top1"], recalls, {name: one["support"] for name, one in classes.items()})


def taken(database: Path, ids: Sequence[str], lies: Sequence[int]) -> Taken:
    """Look up what the last run was trained on."""
    with closing(sqlite3.connect(database)) as connection:
        [[manifest]] = connection.execute("select manifest from training_trainingrun order by id desc limit 1")
        to_train_on = {row[0] for row in connection.execute("select id from recognition_drawing where split = 'train'")}
    classes = json.loads(manifest)["classes"].values()
    trained_on = {UUID(one).hex for entry in classes for one in entry["collected"]["train"]}
    wrong = {UUID(ids[index]).hex for index in lies}
    right = {UUID(one).hex for one in ids} - wrong
    return Taken(*(len(some & trained_on) / len(some & to_train_on) for some in (wrong, right)))


HEAD = """| attack | lies learnt | honest learnt | base before | after | target before | after | worst class | gate |
|---|---|---|---|---|---|---|---|---|"""


def row(plan: Attack, before: Measured, after: Measured, learnt: Taken, refused: str) -> str:
    lost = {name: after.recalls[name] - recall for name, recall in before.recalls.items()}
    worst = min(lost, key=lambda name: lost[name])
    cells = [
        plan.title,
        f"{learnt.lies:.0%}",
        f"{learnt.honest:.0%}",
        f"{before.top1:.1%}",
        f"{after.top1:.1%} ({points(after.top1 - before.top1)})",
        f"{plan.target} {before.recalls[plan.target]:.1%}" if plan.target else "",
        f"{after.recalls[plan.target]:.1%} ({interval(after, plan.target, lost[plan.target])})" if plan.target else "",
        f"{worst} {interval(after, worst, lost[worst])}",
        f"not passed: {refused}" if refused else "passed",
    ]
    return f"| {' | '.join(cells)} |"


def interval(after: Measured, name: str, lost: float) -> str:
    """Say how many points a class gained or lost, give or take what chance does to so many test drawings."""
    recall, support = after.recalls[name], after.support[name]
    return f"{points(lost)} ± {196 * (recall * (1 - recall) / support) ** 0.5:.1f}"


def points(share: float) -> str:
    return f"{share * 100:+.1f}"


if __name__ == "__main__":
    main()
