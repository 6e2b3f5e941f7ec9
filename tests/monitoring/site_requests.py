"""Requests to a site of real processes, over HTTP."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

from tests.factories import strokes_of
from tests.monitoring.scrape import Samples, parse_samples
from tests.services.site import Site


def request(site: Site, path: str, body: object = None, **headers: str) -> str:
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(site.url + path, data, {"Content-Type": "application/json", **headers})) as response:
        return str(response.read().decode())


def metrics_text(site: Site) -> str:
    token = (site.var / "metrics-token").read_text()
    return request(site, "/metrics", Authorization=f"Bearer {token}")


def scrape_site(site: Site) -> Samples:
    return parse_samples(metrics_text(site))


def draw(site: Site, times: int) -> None:
    for _ in range(times):
        request(site, "/api/v1/drawings/", {"strokes": strokes_of("cat")})
