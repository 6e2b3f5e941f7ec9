"""Every address of the API, asked by schemathesis as everybody who may ask; then all that was stored is read back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fuzz.posting import LENIENT, SLOW, Asked, send_hostile
from tests.fuzz.reading import Reader, Reading
from tests.fuzz.visitors import Headers, site_without_limits, visitors
from tests.fuzz.web_server import WebServer
from tests.services.postgres import postgres
from tests.services.site import Site

HERE = Path(__file__).parent
RUN = ["-c", "from schemathesis.cli import schemathesis; schemathesis()", "--config-file", HERE / "schemathesis.toml"]


@dataclass
class Result:
    operations: dict[str, Asked]
    by_visitor: dict[str, Asked]
    megabytes: float  # by which the web process grew at most
    reading: Reading
    lenient: set[str]


def fuzz_api(folder: Path, examples: int, seed: int, *, on_postgres: bool) -> Result:
    """Ask a site of our own, `examples` times for each operation, phase and visitor as far as there is so much."""
    if on_postgres:
        with postgres(durable=False) as url:
            return _fuzz(site_without_limits(folder, url), folder, examples, seed)
    return _fuzz(site_without_limits(folder, f"sqlite:///{folder}/db.sqlite3"), folder, examples, seed)


def _fuzz(site: Site, folder: Path, examples: int, seed: int) -> Result:
    known = visitors(site)
    site.start("redis", "web")
    try:
        site.wait_until_it_answers("/readyz")
        web = WebServer(site)
        before = web.most_megabytes()
        by_visitor: dict[str, Asked] = defaultdict(Asked)
        operations: dict[str, Asked] = defaultdict(Asked)
        reader = Reader(site, web, known["staff"])
        for name, headers in known.items():
            report = folder / f"{name}.ndjson".replace(" ", "-")
            _run_schemathesis(site, headers, report, examples, seed)
            for scenario in _scenarios(report):
                _add(by_visitor[name], scenario)
                _add(operations[scenario["label"]], scenario)
            reader.read_new()  # the next one may delete all that is somebody's
        for path, asked in send_hostile(site, web).items():
            operations[f"{path}, made to take long"] = asked
        reader.read_new()
        megabytes = web.most_megabytes() - before
        reader.read_exports()
    finally:
        site.stop()
    lenient = {label for label, asked in operations.items() if asked.failed[LENIENT]}
    return Result(dict(operations), dict(by_visitor), megabytes, reader.reading, lenient)


def _run_schemathesis(site: Site, headers: Headers, report: Path, examples: int, seed: int) -> None:
    sent = [word for name, value in headers.items() for word in ("--header", f"{name}: {value}")]
    command = [sys.executable, *RUN, "run", f"{site.url}/api/schema/", "--checks", "all", "--max-examples", examples]
    command += ["--seed", seed, "--continue-on-failure", "--no-shrink", "--report", "ndjson", "--no-color"]
    if "Cookie" in headers:  # schemathesis does not know which of them is whose key, so it cannot leave it out
        command += ["--exclude-checks", "ignored_auth"]
    command += ["--report-ndjson-path", report, "--suppress-health-check", "all", "--generation-database", "none"]
    hooks = {"SCHEMATHESIS_HOOKS": "tests.fuzz.hooks"}
    output = report.with_suffix(".log")
    with output.open("w") as log:  # its own verdict is in the report too
        subprocess.run(
            [str(word) for word in (*command, *sent)], env=os.environ | hooks, stdout=log, stderr=log, check=False
        )
    if not report.exists():
        raise RuntimeError(output.read_text()[-3000:])


def _scenarios(report: Path) -> Iterator[dict[str, Any]]:
    with report.open() as lines:
        for line in lines:
            finished = json.loads(line).get("ScenarioFinished")
            if finished and finished["recorder"].get("interactions"):
                yield finished["recorder"]


def _add(asked: Asked, recorder: dict[str, Any]) -> None:
    for interaction in recorder["interactions"].values():
        asked.cases += 1
        if response := interaction.get("response"):
            asked.answers[response["status_code"] // 100] += 1
            asked.slowest = max(asked.slowest, response["elapsed"])
            asked.failed["slow"] += response["elapsed"] > SLOW
    for checks in recorder["checks"].values():
        asked.failed.update(
            check["failure_info"]["failure"]["type"] for check in checks if check["status"] == "failure"
        )
    asked.failed += Counter()  # without zeros
