"""Looks for known holes in the locked dependencies: `make audit`. Fails on any that allowed-holes.txt does not allow.

It asks the databases of PyPI and OSV, by pip-audit. Where neither can be reached, it says when somebody last went over
the locks, and warns if that is long ago, but does not fail: nobody here could do anything about it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LOCK = HERE.parent / "requirements-dev.lock"  # of everything, what runs and what tests
ENVIRONMENT = HERE.parent / ".venv-audit"  # its dependencies are none of ours
REVIEWED = HERE / "reviewed.txt"
ALLOWED = HERE / "allowed-holes.txt"
GOOD_FOR = timedelta(days=90)
SERVICES = ("pypi", "osv")
PATIENCE = 600  # seconds for a service

Report = dict[str, Any]


def main() -> int:
    today = date.today()
    report = next((found for service in SERVICES if (found := ask(service))), None)
    if report is None:
        say(age_of_review(REVIEWED.read_text(), today))
        return 0
    holes = list(unallowed(report, allowed(ALLOWED.read_text(), today)))
    say(*holes or ["No known holes in the dependencies."])
    return 1 if holes else 0


def ask(service: str) -> Report | None:
    """Return what a service knows of our dependencies; None where it cannot be reached."""
    try:
        command = [installed(), "--disable-pip", "--require-hashes", "--requirement", LOCK, "--progress-spinner", "off"]
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / "report.json"
            command += ["--vulnerability-service", service, "--format", "json", "--output", output]
            subprocess.run(command, capture_output=True, timeout=PATIENCE)
            report: Report = json.loads(output.read_text())
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return report if is_answer(report) else None


def installed() -> Path:
    """Return pip-audit's executable, installed as its lock says. Raises CalledProcessError."""
    if not (ENVIRONMENT / "bin" / "pip-audit").exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
        pip = [ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes"]
        subprocess.run([*pip, "--requirement", HERE / "audit.lock"], check=True, capture_output=True)
    return ENVIRONMENT / "bin" / "pip-audit"


def is_answer(report: Report) -> bool:
    """Tell a database from a mirror that knows files but no holes: of such a one pip-audit skips everything."""
    dependencies = report["dependencies"]
    return sum("vulns" in one for one in dependencies) > len(dependencies) / 2


def allowed(text: str, today: date) -> set[str]:
    """Return the holes that are allowed today, of lines such as `PYSEC-2026-1 until 2027-01-31: why`."""
    lines = (line.split(maxsplit=3) for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {name for name, _, until, *_ in lines if today <= date.fromisoformat(until.rstrip(":"))}


def unallowed(report: Report, names: set[str]) -> Iterator[str]:
    """Yield a line for each hole that goes by none of these names."""
    for one in report["dependencies"]:
        for hole in one.get("vulns", []):
            if not names.intersection([hole["id"], *hole["aliases"]]):
                fixed = ", ".join(hole["fix_versions"]) or "no version"
                yield f"{one['name']} {one['version']} has a known hole, {hole['id']}; fixed in {fixed}."


def age_of_review(text: str, today: date) -> str:
    """Say when somebody last went through the locks, given a file that begins with the date."""
    reviewed = date.fromisoformat(text.split()[0])
    said = f"No database of known holes can be reached; the locks were last gone through on {reviewed}."
    return said if today - reviewed <= GOOD_FOR else f"WARNING: {said} That is more than {GOOD_FOR.days} days ago."


def say(*lines: str) -> None:
    sys.stderr.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
