"""Whether anything is lost, doubled or stuck when parts of a site die, stop, lose each other or find the disk full.

    QUICKDRAW_DIR=folder .venv/bin/python -m tests.chaos.__main__ [--faults 200] [--database postgres] [--seed 1]

People draw and judge all the time, and an administrator has the site retrained again and again, while one part after
the other is harmed: killed, stopped for some seconds, cut off, or out of disk. Then what the people were told is held
against the database. Prints Markdown. Disks can be filled where this user may mount one (as root).
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from bench import django_setup as django_setup  # first: it sets Django up
from tests.chaos.environment import BACKGROUND, Grounds, grounds
from tests.chaos.leak_check import left_over
from tests.chaos.report import as_markdown
from tests.chaos.runner import Campaign
from tests.factories import strokes_of


def main() -> None:
    options = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped on the way out
    folder = Path(options.folder or tempfile.mkdtemp(prefix="doodlesite-faults-"))
    folder.chmod(0o755)  # PostgreSQL may be another user
    with grounds(folder, database=options.database, background=options.background) as made:
        made.start()
        strokes = [strokes_of("cat"), strokes_of("house")]
        campaign = Campaign(made, strokes, folder, seed=options.seed, drawers=options.drawers)
        outcome = campaign.run(campaign.drawn_lots(options.faults, options.only), say)
        made.stop()
        outcome.left_over = list(left_over(made, folder))
        keep_logs(made, folder)
    print(as_markdown(outcome))


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def keep_logs(made: Grounds, folder: Path) -> None:
    """Copy the logs from the disks, which go."""
    for site in made.sites.values():
        for log in site.var.glob("*.log"):
            shutil.copy(log, folder / f"{site.var.name}-{log.name}")
    if made.postgres:
        shutil.copy(made.postgres.log, folder)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--drawers", type=int, default=4, help="people at once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="faults with this in their name")
    parser.add_argument("--background", nargs="*", default=BACKGROUND, help="processes besides web servers and Redis")
    parser.add_argument("--folder", help="where to work and to leave the logs; by default a new one")
    return parser.parse_args()


if __name__ == "__main__":
    main()
