"""Measures what poisoning attacks cost the next version, with the defences and without, through the public API.

    QUICKDRAW_DIR=folder make bench B=poisoning [ARGS="--attacks flips sleepers … --undefended …"]

The site is that of `bench.feedback_loop`, and each attack starts from it. People post 1,000 real drawings with labels,
of which 300 are lies, and a retraining runs. The script promotes what the gate refuses, to measure its cost. Prints
Markdown.
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

from bench.attacks import ATTACKS, HELD_BACK_FOR_LIES, Attack
from bench.feedback_loop import CLASSES, NO_RATE_LIMITS, copy_database, create_baseline, running
from bench.scenarios import DrawingPool
from bench.site_client import SiteClient
from tests.services.site import Site


@dataclass(frozen=True)
class BaseAccuracy:
    """A version's accuracy on the base test drawings: of all of them, and of each class."""

    top1: float
    recalls: dict[str, float]
    support: dict[str, int]


@dataclass(frozen=True)
class LearntShares:
    """The shares of the lies and of the honest drawings in the training split that a run was trained on."""

    lies: float
    honest: float


def main() -> None:
    options = parse_arguments()
    folder = Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw"))
    pool = DrawingPool(folder, CLASSES, HELD_BACK_FOR_LIES)
    with ExitStack() as stack:
        var = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doodlesite-bench-")))
        site = Site(var, f"sqlite:///{var / 'db.sqlite3'}", QUICKDRAW_DIR=str(var / "quickdraw"), **NO_RATE_LIMITS)
        if not (var / "start.sqlite3").exists():
            create_baseline(site, pool, options.preset)
        if options.undefended:
            site.environment["TRAINING_TRUSTS_EVERYBODY"] = "1"
        print(HEAD)
        for name in options.attacks:
            copy_database(var / "start.sqlite3", var / "db.sqlite3")
            with running(site) as client:
                print(run_attack(site, client, ATTACKS[name], pool), flush=True)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attacks", nargs="*", choices=ATTACKS, default=list(ATTACKS))
    parser.add_argument("--undefended", action="store_true", help="switch off what keeps lies out of the training")
    parser.add_argument("--preset", default="standard", help="of the network that all attacks start from")
    parser.add_argument("--folder", type=Path, help="an empty one, or one of an earlier run to start from its network")
    return parser.parse_args()


def run_attack(site: Site, client: SiteClient, attack: Attack, pool: DrawingPool) -> str:
    """Post honest drawings and lies, and retrain; return the result as a row."""
    posts = attack.posts(pool, client.confidences)
    before = base_accuracy(client)
    ids = client.post(posts.drawings)
    failed_checks, _ = client.retrain()
    learnt = learnt_shares(site.var / "db.sqlite3", ids, posts.lies)
    return row(attack, before, base_accuracy(client), learnt, failed_checks)


def base_accuracy(client: SiteClient) -> BaseAccuracy:
    metrics = client.base_metrics()
    classes = {name: class_metrics for name, class_metrics in metrics["classes"].items() if class_metrics["support"]}
    recalls = {name: class_metrics["recall"] for name, class_metrics in classes.items()}
    support = {name: class_metrics["support"] for name, class_metrics in classes.items()}
    return BaseAccuracy(metrics["top1"], recalls, support)


def learnt_shares(database: Path, ids: Sequence[str], lies: Sequence[int]) -> LearntShares:
    """Look up the drawings that the last run was trained on."""
    with closing(sqlite3.connect(database)) as connection:
        [[manifest]] = connection.execute("select manifest from training_trainingrun order by id desc limit 1")
        train_split = {row[0] for row in connection.execute("select id from recognition_drawing where split = 'train'")}
    classes = json.loads(manifest)["classes"].values()
    learnt = {UUID(drawing_id).hex for entry in classes for drawing_id in entry["collected"]["train"]}
    wrong = {UUID(ids[index]).hex for index in lies}
    right = {UUID(drawing_id).hex for drawing_id in ids} - wrong
    return LearntShares(*(len(posted & learnt) / len(posted & train_split) for posted in (wrong, right)))


HEAD = """| attack | lies learnt | honest learnt | base before | after | target before | after | worst class | gate |
|---|---|---|---|---|---|---|---|---|"""


def row(attack: Attack, before: BaseAccuracy, after: BaseAccuracy, learnt: LearntShares, failed_checks: str) -> str:
    gains = {name: after.recalls[name] - recall for name, recall in before.recalls.items()}
    worst, target = min(gains, key=lambda name: gains[name]), attack.target
    cells = [
        attack.title,
        f"{learnt.lies:.0%}",
        f"{learnt.honest:.0%}",
        f"{before.top1:.1%}",
        f"{after.top1:.1%} ({points(after.top1 - before.top1)})",
        f"{target} {before.recalls[target]:.1%}" if target else "",
        f"{after.recalls[target]:.1%} ({interval(after, target, gains[target])})" if target else "",
        f"{worst} {interval(after, worst, gains[worst])}",
        f"not passed: {failed_checks}" if failed_checks else "passed",
    ]
    return f"| {' | '.join(cells)} |"


def interval(after: BaseAccuracy, name: str, gain: float) -> str:
    """Format the points that a class gained, with the 95 % interval for so many test drawings."""
    recall, support = after.recalls[name], after.support[name]
    return f"{points(gain)} ± {196 * (recall * (1 - recall) / support) ** 0.5:.1f}"


def points(share: float) -> str:
    return f"{share * 100:+.1f}"


if __name__ == "__main__":
    main()
