"""Requests that are made to take long, as far as the limits let them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.fuzz import hostile
from tests.fuzz.web_server import WebServer
from tests.services.site import PATIENCE, Site

SLOW = 1.0  # seconds that no answer may take
LENIENT = "AcceptedNegativeData"  # 0 for "0" and the like, which DRF takes; told, and no defect


@dataclass
class Asked:
    """What came of the requests to one address."""

    cases: int = 0
    answers: Counter[int] = field(default_factory=Counter)  # by hundreds of their status
    slowest: float = 0.0  # seconds
    failed: Counter[str] = field(default_factory=Counter)  # checks

    def row(self, name: str) -> str:
        parts = [self.answers[2] + self.answers[3], self.answers[4], self.answers[5]]
        found = ", ".join(f"{what} ({count})" for what, count in self.failed.items() if what != LENIENT)
        return f"| {name} | {self.cases:,} | {' | '.join(map(str, parts))} | {self.slowest * 1000:,.0f} ms | {found} |"


def send_hostile(site: Site, web: WebServer) -> dict[str, Asked]:
    """Send all hostile drawings to every address that takes drawings, and as many as fit to the one that takes many.

    What takes how long is the processor's time, one request after the other.
    """
    found: dict[str, Asked] = {}
    with httpx2.Client(base_url=f"{site.url}/api/v1/", timeout=PATIENCE) as client:
        for path, body in _bodies():
            asked = found.setdefault(f"POST /api/v1/{path}", Asked())
            with web.timed() as took:
                answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
            asked.cases += 1
            asked.answers[answer.status_code // 100] += 1
            asked.slowest = max(asked.slowest, took.seconds)
            asked.failed += Counter({"slow": int(took.seconds > SLOW)})
    return found


def _bodies() -> Iterator[tuple[str, bytes]]:
    drawings: list[dict[str, Any]] = [json.loads(body) for body in hostile.strokes()]
    drawings += [{"image": b64encode(image).decode()} for image in hostile.images()]
    for drawing in drawings:
        body = json.dumps(drawing, separators=(",", ":")).encode()
        yield "drawings/", body
        yield "explanations/", body
        for count in (1, 4, 64):
            yield "guesses/", json.dumps({"drawings": [drawing] * count}, separators=(",", ":")).encode()
    parts = [{"strokes": [[axis[:300] for axis in stroke] for stroke in one["strokes"][:1]]} for one in drawings[:10]]
    yield "guesses/", json.dumps({"drawings": parts * 6}, separators=(",", ":")).encode()
