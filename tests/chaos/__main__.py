"""Checks that nothing is lost, stored twice or stuck when parts of a site die, stop or lose contact.

    QUICKDRAW_DIR=folder make chaos [ARGS="--faults 200 --database postgres --seed 1"]

Users draw and judge all the time, and an administrator retrains the site again and again. Meanwhile one part after the
other is killed, stopped for some seconds, cut off from the network, or out of disk space. At the end the database is
compared with the answers that the users got. Prints Markdown. Disks are filled only where this user may mount one
(as root).
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from bench import django_setup as django_setup  # first: it sets up Django
from tests.chaos.environment import BACKGROUND, Environment, build_environment
from tests.chaos.leak_check import left_over
from tests.chaos.report import as_markdown
from tests.chaos.runner import ChaosRunner
from tests.factories import strokes_of


def main() -> None:
    options = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # all processes are stopped before the exit
    folder = Path(options.folder or tempfile.mkdtemp(prefix="doodlesite-faults-"))
    folder.chmod(0o755)  # PostgreSQL may be another user
    with build_environment(folder, database=options.database, background=options.background) as environment:
        environment.start()
        strokes = [strokes_of("cat"), strokes_of("house")]
        runner = ChaosRunner(environment, strokes, folder, seed=options.seed, drawers=options.drawers)
        outcome = runner.run(runner.random_fault_types(options.faults, options.only), say)
        environment.stop()
        outcome.left_over = list(left_over(environment, folder))
        keep_logs(environment, folder)
    print(as_markdown(outcome))


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def keep_logs(environment: Environment, folder: Path) -> None:
    """Copy the logs from the disks before these are unmounted."""
    for site in environment.sites.values():
        for log in site.var.glob("*.log"):
            shutil.copy(log, folder / f"{site.var.name}-{log.name}")
    if environment.postgres:
        shutil.copy(environment.postgres.log, folder)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--drawers", type=int, default=4, help="users who draw at the same time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only faults whose name contains this")
    parser.add_argument("--background", nargs="*", default=BACKGROUND, help="processes besides web servers and Redis")
    parser.add_argument("--folder", help="for data and logs; by default a new temporary folder")
    return parser.parse_args()


if __name__ == "__main__":
    main()
