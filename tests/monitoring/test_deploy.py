"""The dashboard and the alert rules ask for figures that there are."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.factories import make_version
from tests.monitoring.site_requests import draw, metrics_text
from tests.services.site import Site

DEPLOY = Path(__file__).parents[2] / "deploy"
OF_A_HISTOGRAM = ("_bucket", "_sum", "_count")


def rules() -> list[dict[str, Any]]:
    [group] = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]
    return list(group["rules"])


def panels() -> list[dict[str, Any]]:
    return list(json.loads((DEPLOY / "grafana-dashboard.json").read_text())["panels"])


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in panels() for target in panel["targets"])


def asked_for() -> set[str]:
    found = {name for expression in expressions() for name in re.findall(r"\bdoodle_\w+", expression)}
    return {re.sub(f"({'|'.join(OF_A_HISTOGRAM)})$", "", name) for name in found}


@pytest.mark.services
def test_every_figure_that_is_asked_for_is_told(site: Site) -> None:
    make_version()
    site.start("redis", "web")
    site.wait_until_it_answers("/readyz")
    draw(site, 1)
    text = metrics_text(site)

    assert asked_for() <= set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))


def test_the_dashboard_asks_for_all_that_is_asked_about_in_alerts() -> None:
    alerted = {name for rule in rules() for name in re.findall(r"\bdoodle_\w+", rule["expr"])}
    shown = {name for panel in panels() for target in panel["targets"] for name in _figures(target["expr"])}

    assert alerted <= shown


def test_every_alert_says_how_bad_it_is_and_what_it_is_about() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket", "info"), rule["alert"]
        assert rule["annotations"]["summary"], rule["alert"]


def test_panels_do_not_overlap_and_fit_the_width() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_prometheus_itself_finds_nothing_wrong_and_alerts_fire_when_they_should() -> None:
    """Where promtool is installed; elsewhere the file is at least what the tests above take it for."""
    if promtool := shutil.which("promtool"):
        subprocess.run([promtool, "check", "rules", DEPLOY / "alerts.yml"], check=True)
        subprocess.run([promtool, "test", "rules", Path(__file__).parent / "alerts.test.yml"], check=True)


def _figures(expression: str) -> list[str]:
    return re.findall(r"\bdoodle_\w+", expression)
