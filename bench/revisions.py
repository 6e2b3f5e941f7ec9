"""Processor time of a POST and of each page: this working tree against another revision, in turns.

    make bench B=revisions ARGS="--baseline 8e5f54b"

Each tree serves from a process of its own, through Django's test client, on a new SQLite database with the starter
model and its samples. One round asks everything of one tree, then of the other. Prints the medians of all rounds and
their ratios, as Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from types import TracebackType

ROOT = Path(__file__).parents[1]
STROKES_OF_A_CAT = ROOT / "tests" / "data" / "drawings.json"
PAGES = ("/", "/play/", "/gallery/", "/about/", "/privacy/", "/models/", "/models/1/", "/mine/", "/drawings/{drawing}/")

# Runs in either tree, so it uses nothing but addresses and commands, which stay the same between releases.
CHILD = """
import json, sys, time
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
settings.ALLOWED_HOSTS = ["*"]
for name in ("API_RATES", "ADDRESS_RATES"):  # still counted, never spent
    setattr(settings, name, {scope: rate and (10**15, *rate[1:]) for scope, rate in getattr(settings, name).items()})
call_command("migrate", verbosity=0)
call_command("collectstatic", verbosity=0, interactive=False)
call_command("bootstrap", stdout=sys.stderr)
client, strokes, times = Client(), json.loads(sys.argv[1]), int(sys.argv[2])
def post():
    response = client.post("/api/v1/drawings/", {"strokes": strokes}, content_type="application/json")
    assert response.status_code == 201, response.content
    return response.json()["id"]
def get(path):
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
drawing = post()
paths = [path.format(drawing=drawing) for path in json.loads(sys.argv[3])]
jobs = {"POST /api/v1/drawings/": post} | {path: lambda path=path: get(path) for path in paths}
for job in jobs.values():
    job()
print("ready", flush=True)
for line in sys.stdin:
    costs = []
    for job in jobs.values():
        started = time.process_time()
        for _ in range(times):
            job()
        costs.append((time.process_time() - started) / times * 1000)
    print(json.dumps(costs), flush=True)
"""


class Tree:
    """A process that serves one tree and measures itself when asked."""

    def __init__(self, folder: Path, var: Path, times: int) -> None:
        strokes = json.loads(STROKES_OF_A_CAT.read_text())["cat"]
        environment = os.environ | {
            "DOODLE_VAR": str(var),
            "DJANGO_SETTINGS_MODULE": "doodlesite.settings",
            "REDIS_URL": "",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        command = [sys.executable, "-c", CHILD, json.dumps(strokes), str(times), json.dumps(PAGES)]
        self._process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Tree:
        while self._line().strip() != "ready":
            pass
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate(timeout=60)

    def measure(self) -> list[float]:
        """Return milliseconds of processor time of a POST and of each page."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        costs: list[float] = json.loads(self._line())
        return costs

    def _line(self) -> str:
        assert self._process.stdout
        line: str = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The measured process ended with {self._process.wait()}.")
        return line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--baseline", default="HEAD", help="the revision to compare with")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--times", type=int, default=50, help="requests of each kind in a round")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doodlesite-revisions-")))
        baseline = folder / "baseline"
        subprocess.run(
            ["git", "worktree", "add", "--quiet", "--detach", str(baseline), options.baseline], cwd=ROOT, check=True
        )
        remove = ["git", "worktree", "remove", "--force", str(baseline)]
        stack.callback(lambda: subprocess.run(remove, cwd=ROOT, check=True))
        trees = []
        for name, tree in (("before", baseline), ("after", ROOT)):
            var = folder / name
            var.mkdir()
            trees.append(stack.enter_context(Tree(tree, var, options.times)))
        rounds = [[tree.measure() for tree in trees] for _ in range(options.rounds)]
    print(f"| request | {options.baseline}, ms | this tree, ms | ratio |\n|---|---|---|---|")
    for index, name in enumerate(("POST /api/v1/drawings/", *PAGES)):
        before, after = (median(costs[side][index] for costs in rounds) for side in (0, 1))
        ratio = median(costs[1][index] / costs[0][index] for costs in rounds)
        print(f"| {name} | {before:.2f} | {after:.2f} | {ratio:.3f} |")


if __name__ == "__main__":
    main()
