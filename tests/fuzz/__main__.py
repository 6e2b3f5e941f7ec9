"""Sends bad input at scale: nothing may fail, hang or fill the memory, and all accepted input can be read again.

    make fuzz ARGS="api --examples 100"
    make fuzz ARGS="parsers --inputs 1000000"
    make fuzz ARGS="files --inputs 5000"

api: schemathesis asks every address of a real site, with all of its checks, as everybody who may ask; `--postgres` on
    PostgreSQL. The trainer does not run, so that runs are queued and cancelled and none is computed.
parsers: atheris changes real drawings and images, guided by what code they reach; each is read, drawn, and read again.
files: changed npy, ndjson and npz files, artifacts, vectors and starter models, each kind in a process of its own.

No answer may be 5xx, none may take a second, no process may grow by 200 MB. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.watch import HEAD, Seen

MEMORY = Path("/dev/shm")  # each input is written down before it is tried
HOSTILE = ("hostile strokes", "hostile images")
PARSERS = {"strokes": 19, "images": 1}  # shares of the inputs; an image takes ten times as long
ONCE = 20  # each of the hostile inputs, and some again
MINUTES = {"strokes": 6, "images": 2}  # shares of the time, 1 for the others
FILES = ("npy files", "ndjson files", "artifacts, as served", "artifacts, unchecked", "features", "starter.json",
         "vector files")  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["api", "parsers", "files"])
    parser.add_argument("--examples", type=int, default=100, help="api: for each operation and visitor")
    parser.add_argument("--postgres", action="store_true", help="api: on PostgreSQL, not on SQLite")
    parser.add_argument("--inputs", type=int, default=100_000, help="parsers: in all; files: of each kind")
    parser.add_argument(
        "--minutes", type=float, default=60, help="parsers, files: that all may take; then less is done"
    )
    parser.add_argument("--only", nargs="+", help="parsers, files: of these")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="doodlesite-fuzz-", dir=MEMORY if MEMORY.exists() else None) as folder:
        if options.part == "api":
            return fuzz_api(Path(folder), options.examples, options.seed, options.postgres)
        wanted = options.only or ((*HOSTILE, *PARSERS) if options.part == "parsers" else FILES)
        return fuzz_targets(Path(folder), wanted, options)


def fuzz_api(folder: Path, examples: int, seed: int, on_postgres: bool) -> int:
    from tests.fuzz.api import fuzz_api

    result = fuzz_api(folder, examples, seed, on_postgres=on_postgres)
    head = "| cases | 2xx, 3xx | 4xx | 5xx | slowest | failed checks |\n|---|---|---|---|---|---|---|"
    for title, rows in (("asked", result.operations), ("by", result.by_visitor)):
        print(f"\n| {title} {head}")
        for name, asked in sorted(rows.items()):
            print(asked.row(name))
    cases = sum(asked.cases for asked in result.operations.values())
    print(f"\n{cases:,} cases; a web process grew by at most {result.megabytes:,.0f} MB.")
    print(f"\nRead back: {result.reading}.")
    print(f"\nTakes more than the schema says: {', '.join(sorted(result.lenient)) or 'nothing'}.")
    return int(bool(result.reading.wrong) or any(asked.answers[5] for asked in result.operations.values()))


def fuzz_targets(folder: Path, names: Iterable[str], options: argparse.Namespace) -> int:
    """Fuzz one target after the other, each for its share of the time."""
    print(HEAD)
    total, minutes = Seen(), sum(MINUTES.get(name, 1) for name in names)
    for name in names:
        seconds = options.minutes * 60 * MINUTES.get(name, 1) / minutes
        child = Child(folder, name, options.seed, seconds, guided=name in PARSERS)
        inputs = options.inputs * PARSERS[name] // sum(PARSERS.values()) if name in PARSERS else options.inputs
        seen = child.watch(ONCE if name in HOSTILE else inputs)
        print(seen.row(name), flush=True)
        total.add(seen)
    print(total.row("all"))
    for what, path in total.defects.items():
        print(f"- {what}: {Path(path).read_bytes()[:200]!r}")
    return int(bool(total.defects))


@dataclass(frozen=True)
class Child:
    folder: Path
    name: str
    seed: int
    seconds: float
    guided: bool

    def watch(self, inputs: int) -> Seen:
        """Run a target in processes of its own; one that dies is a defect, and the next goes on behind it."""
        seen, until = Seen(), time.monotonic() + self.seconds
        while seen.inputs < inputs and time.monotonic() < until:
            report = self.folder / f"{self.name.replace(' ', '-')}-{seen.inputs}.json"
            died = self._run(report, self.seed + seen.inputs, inputs - seen.inputs, until - time.monotonic())
            seen.add(Seen(**json.loads(report.read_text())))
            if died:
                seen.inputs += 1
                seen.defects[f"{self.name}: the process died with {died}"] = str(report.with_suffix(".input"))
        return seen

    def _run(self, report: Path, first: int, inputs: int, seconds: float) -> int:
        command = [sys.executable, "-m", "tests.fuzz.child", self.name, str(report), "--first", str(first)]
        command += ["--inputs", str(inputs), "--seconds", str(seconds), *(["--guided"] if self.guided else [])]
        with (self.folder / "log").open("ab") as log:
            return subprocess.run(command, stdout=log, stderr=log, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
