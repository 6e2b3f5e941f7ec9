"""What stands in deploy/ and in its description is what the site has: commands, variables, files."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from doodlesite.process.procfile_runner import parse_procfile
from tests.services.site import Site

ROOT: Path = settings.BASE_DIR
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
PROCFILE = parse_procfile((ROOT / "Procfile").read_text())
PROCESSES = ("web", "worker", "beat", "trainer")
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
VARIABLES = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "doodlesite" / "settings.py").read_text()))


def unit(name: str) -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as it is written
    parser.read_string((DEPLOY / "systemd" / name).read_text())
    return parser


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return read


def assignments(file: Path) -> dict[str, str]:
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize("process", PROCESSES)
def test_a_unit_runs_what_make_run_runs(process: str) -> None:
    _, _, command = shlex.split(unit(f"doodlesite-{process}.service")["Service"]["ExecStart"])

    assert command.replace("%%", "%") == PROCFILE[process]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_finds_nothing_wrong_with_a_unit(path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("There is no systemd-analyze; Debian has it in the package systemd.")
    said = subprocess.run([analyze, "verify", "--man=no", path], capture_output=True, text=True)

    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


@pytest.mark.parametrize("process", ["worker", "beat"])
def test_a_container_runs_what_make_run_runs(process: str) -> None:
    assert compose()["services"][process]["command"] == ["sh", "-c", PROCFILE[process]]


def test_the_images_run_what_make_run_runs() -> None:
    web, trainer = re.findall(r'^CMD \["sh", "-c", "(.*)"\]$', (DEPLOY / "Containerfile").read_text(), re.MULTILINE)

    assert web.startswith(".venv/bin/python -m doodlesite.prepare && exec ")
    assert web.partition("&& ")[2].replace(" --bind 0.0.0.0:8000", "") == PROCFILE["web"]
    assert trainer == PROCFILE["trainer"]


def test_the_images_hold_all_that_the_site_is_made_of() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    admitted = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines()}

    assert all((ROOT / source).exists() for source in sources)
    packages = {app.split(".")[0] for app in settings.INSTALLED_APPS if (ROOT / app.split(".")[0]).is_dir()}
    assert {"manage.py", "doodlesite", "templates", "static", *packages} < sources
    assert sources <= admitted


def test_the_services_need_what_there_is() -> None:
    described = compose()
    services = described["services"]
    volumes = [volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", [])]

    assert {needed for service in services.values() for needed in service.get("depends_on", {})} <= set(services)
    assert {volume for volume in volumes if volume[0] not in "./"} == set(described["volumes"])


def test_the_proxy_has_the_limits_of_the_site() -> None:
    limits = re.findall(r"client_max_body_size (\d+);", (DEPLOY / "nginx" / "nginx.conf").read_text())

    assert list(map(int, limits)) == [settings.API_MOST_BYTES, settings.LOGIN_MOST_BYTES, settings.UPLOAD_MOST_BYTES]


def test_every_variable_is_one_that_the_site_reads() -> None:
    described = compose()
    given = {name for service in PROCESSES for name in described["services"][service]["environment"]}
    given |= set(assignments(DEPLOY / "doodlesite.env"))

    assert given <= VARIABLES


@pytest.mark.services
def test_the_site_takes_the_variables_of_the_example(tmp_path: Path) -> None:
    site = Site(tmp_path, "", **assignments(DEPLOY / "doodlesite.env") | {"DOODLE_VAR": str(tmp_path)})

    assert "no issues" in site.manage("check")


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_a_document_names_only_what_there_is(document: Path) -> None:
    text = document.read_text()

    assert set(re.findall(r"manage\.py (\w+)", text)) <= set(get_commands())
    assert not [path for path in re.findall(r"\bdeploy/[\w./-]*\w", text) if not (ROOT / path).exists()]
    assert not [link for link in re.findall(r"\]\(([\w./-]+\.md)\)", text) if not (document.parent / link).exists()]
