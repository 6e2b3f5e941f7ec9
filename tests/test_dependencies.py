from __future__ import annotations

import importlib.util
import re
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PARTS = ("requirements-web", "requirements", "requirements-dev")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", re.MULTILINE)
HOLE = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2.0"], "description": ""}


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(*holes: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": [{"name": "django", "version": "1.0", "vulns": list(holes)}]}


def pins(path: str) -> dict[str, str]:
    return {name.lower().replace("_", "-"): version for name, version in PIN.findall((ROOT / path).read_text())}


@pytest.mark.parametrize("part", PARTS)
def test_what_is_required_is_locked_with_hashes(part: str) -> None:
    lock = (ROOT / f"{part}.lock").read_text()
    required = pins(f"{part}.txt").items()

    assert required - pins(f"{part}.lock").items() == set(), "make lock writes it anew"
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\S)", lock.strip()))


@pytest.mark.parametrize("part", PARTS)
def test_the_locks_agree(part: str) -> None:
    assert pins(f"{part}.lock").items() - pins("constraints.txt").items() == set()


def test_a_hole_is_named_with_where_it_is_fixed(audit: ModuleType) -> None:
    found = list(audit.unallowed(report(HOLE), set()))

    assert found == ["django 1.0 has a known hole, PYSEC-2026-1; fixed in 2.0."]


@pytest.mark.parametrize("name", ["PYSEC-2026-1", "CVE-2026-1"])
def test_a_hole_may_be_allowed_until_a_day(audit: ModuleType, name: str) -> None:
    text = f"# why\n\n{name} until 2027-01-31: we do not call it\n"

    assert list(audit.unallowed(report(HOLE), audit.allowed(text, date(2027, 1, 31)))) == []
    assert len(list(audit.unallowed(report(HOLE), audit.allowed(text, date(2027, 2, 1))))) == 1


def test_an_index_that_knows_no_holes_is_no_answer(audit: ModuleType) -> None:
    assert audit.is_answer(report())
    assert not audit.is_answer({"dependencies": [{"name": "django", "skip_reason": "not found"}]})


def test_where_no_database_is_reached_an_old_review_is_warned_of(audit: ModuleType) -> None:
    assert not audit.age_of_review("2026-11-20\nwhy", date(2027, 2, 1)).startswith("WARNING")
    assert audit.age_of_review("2026-11-20\nwhy", date(2027, 3, 1)).startswith("WARNING")


def test_the_files_that_it_reads_make_sense(audit: ModuleType) -> None:
    assert audit.age_of_review(audit.REVIEWED.read_text(), date(2026, 11, 20))
    assert audit.allowed(audit.ALLOWED.read_text(), date.min) is not None
