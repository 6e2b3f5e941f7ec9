"""Asking a site of real processes, over HTTP."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

from tests.factories import strokes_of
from tests.monitoring.told import Figures, figures_in
from tests.services.site import Site


def ask(site: Site, path: str, body: object = None, **headers: str) -> str:
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(site.url + path, data, {"Content-Type": "application/json", **headers})) as answer:
        return str(answer.read().decode())


def metrics_text(site: Site) -> str:
    token = (site.var / "metrics-token").read_text()
    return ask(site, "/metrics", Authorization=f"Bearer {token}")


def figures_of(site: Site) -> Figures:
    return figures_in(metrics_text(site))


def draw(site: Site, times: int) -> None:
    for _ in range(times):
        ask(site, "/api/v1/drawings/", {"strokes": strokes_of("cat")})
