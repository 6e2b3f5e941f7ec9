"""The short version of `make rehearsal`: the document has all commands that it runs, and they are valid bash."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.install import rehearsal

BLOCKS = ("DATABASE", "INSTALL", "START", "PROXY", "BASE_DRAWINGS", "BACKUP", "RESTORE")
ENVIRONMENT = rehearsal.ROOT / "deploy" / "doodlesite.env"


@pytest.mark.parametrize("name", BLOCKS)
def test_the_document_has_commands_that_bash_can_read(name: str) -> None:
    script = getattr(rehearsal, name)
    assert script.strip()
    subprocess.run(["bash", "-n", "-c", script], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("name", "replaced"),
    [
        ("INSTALL", "REPOSITORY"),
        ("INSTALL", "releases/1"),
        ("INSTALL", "requirements-web.lock"),
        ("BASE_DRAWINGS", "--pty"),
        ("RESTORE", "doodlesite-….dump"),
        ("DATABASE", "createdb"),
    ],
)
def test_commands_contain_the_words_that_the_rehearsal_replaces(name: str, replaced: str) -> None:
    assert replaced in getattr(rehearsal, name)


def test_the_environment_has_the_secrets_that_the_rehearsal_replaces() -> None:
    text = ENVIRONMENT.read_text()
    assert "doodlesite:change-this-password" in text
    assert "change-this-to-fifty-random-characters" in text


def test_files_that_the_commands_name_are_in_the_repository() -> None:
    scripts = "".join(getattr(rehearsal, name) for name in BLOCKS)
    files = set(re.findall(r"(?<![\w/.])(?:deploy/[\w./@-]*\w|requirements[\w-]*\.lock)", scripts))
    assert len(files) > 3
    assert [name for name in sorted(files) if not (rehearsal.ROOT / name).exists()] == []


def test_each_kind_of_host_is_started_by_a_line_of_its_own() -> None:
    assert "doodlesite-web" in rehearsal.WEB
    assert "doodlesite-worker" in rehearsal.WORKER
    assert "doodlesite-trainer" in rehearsal.TRAINER


def test_units_that_the_commands_start_are_in_the_repository() -> None:
    units = set(re.findall(r"doodlesite-[a-z]+(?:\.[a-z]+)?", rehearsal.START + rehearsal.BACKUP))
    folder = rehearsal.ROOT / "deploy" / "systemd"
    assert [unit for unit in units if not (folder / (unit if "." in unit else f"{unit}.service")).exists()] == []
