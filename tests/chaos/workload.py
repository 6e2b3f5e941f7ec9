"""Users who draw and judge while parts break; like the pages, they repeat requests without a response."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx2

from recognition.imaging.strokes import Strokes
from tests.chaos.client import BackgroundClient, Client
from tests.chaos.journal import Journal

RETRY_SECONDS = 0.5
PAUSE_SECONDS = 0.5  # between two drawings of one user, on average
KEYLESS_SHARE = 0.2  # of the drawings, sent once without an idempotency key
FEEDBACK_SHARE = 0.7  # of the drawings; about half of these get other feedback later
PROBE_SECONDS = 0.5  # between two probes
RETRIED_STATUSES = (409, 429)
WORDS = ("cat", "airplane", "apple", "tree")


@dataclass(frozen=True)
class Request:
    what: str  # "drawing" or "feedback"
    serial: int  # of the drawing
    method: str
    path: str
    body: dict[str, Any]
    key: str = ""

    def facts(self) -> dict[str, Any]:
        """Return the fields for the journal."""
        facts: dict[str, Any] = {"what": self.what, "serial": self.serial}
        return facts | {name: self.body[name] for name in ("correct", "label") if name in self.body}


@dataclass(frozen=True)
class Asked:
    """An attempt to have a drawing recognized."""

    started: float
    seconds: float
    error: str  # empty: it succeeded


class Drawer:
    """Draws and judges in a thread until `end`, which waits for open requests."""

    def __init__(self, client: Client, strokes: Sequence[Strokes], journal: Journal, rng: random.Random) -> None:
        self._client, self._strokes, self._journal, self._rng = client, strokes, journal, rng
        self._paused, self._idle, self._ended = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._draw_on, daemon=True)

    def start(self, *, with_cookie: bool) -> None:
        """Start the thread; with_cookie: as a browser, which gets a cookie from the page."""
        if with_cookie:
            self._client.ask("GET", "/").raise_for_status()
        self._thread.start()

    def pause(self) -> None:
        self._paused.set()
        self._idle.wait()

    def go_on(self) -> None:
        self._idle.clear()
        self._paused.clear()

    def end(self) -> None:
        self._ended.set()
        self._paused.clear()
        self._thread.join()
        self._client.close()

    def _draw_on(self) -> None:
        while not self._ended.wait(self._rng.uniform(0, 2 * PAUSE_SECONDS)):
            if self._paused.is_set():
                self._idle.set()
                time.sleep(0.05)
            else:
                self._draw()

    def _draw(self) -> None:
        serial = self._journal.next_serial()
        x, y, *_ = self._rng.choice(self._strokes)[0]
        # The time of the first point is the serial, which identifies the stored drawing.
        body = {"strokes": [[x, y, [serial, *range(serial + 1, serial + len(x))]]]}
        asked = Request("drawing", serial, "POST", "/api/v1/drawings/", body)
        if self._rng.random() >= KEYLESS_SHARE:
            asked = replace(asked, key=f"{uuid.UUID(int=self._rng.getrandbits(128))}")
        drawing = self._insist(asked) if asked.key else self._try(asked)
        if drawing and self._rng.random() < FEEDBACK_SHARE:
            self._judge(serial, drawing)

    def _judge(self, serial: int, drawing: dict[str, Any]) -> None:
        path = f"/api/v1/drawings/{drawing['id']}/feedback/"
        for _ in range(self._rng.choice((1, 2))):
            wrong = {"correct": False, "label": self._rng.choice(WORDS)}
            said = self._rng.choice(({"correct": True}, wrong)) | {"feedback_token": drawing["feedback_token"]}
            self._insist(Request("feedback", serial, "PUT", path, said))

    def _insist(self, asked: Request) -> dict[str, Any]:
        """Repeat the request until there is a response, as the pages do with saved drawings."""
        while (told := self._try(asked)) is None:
            time.sleep(RETRY_SECONDS)
        return told

    def _try(self, asked: Request) -> dict[str, Any] | None:
        """Send a request once. Return its response, {} if it was refused for good, None if it may be repeated."""
        attempt = uuid.uuid4().hex
        self._journal.write("asked", attempt=attempt, **asked.facts())
        try:
            headers = {"Idempotency-Key": asked.key} if asked.key else {}
            answer = self._client.ask(asked.method, asked.path, asked.body, **headers)
        except httpx2.TransportError as error:
            self._journal.write("silence", attempt=attempt, error=type(error).__name__)
            return None
        told = _json(answer)
        guess = (told.get("prediction") or {}).get("label")
        facts = {"id": told.get("id"), "guess": guess, "detail": str(told.get("detail", ""))}
        self._journal.write("told", attempt=attempt, status=answer.status_code, **facts)
        if answer.is_success:
            return told
        return None if answer.status_code in RETRIED_STATUSES or answer.is_server_error else {}


class Prober(BackgroundClient):
    """Asks one host to recognize a drawing twice a second, in a thread, and records each attempt."""

    def __init__(self, host: str, strokes: Strokes) -> None:
        super().__init__(Client([host]))
        self._strokes = strokes
        self.asked: list[Asked] = []

    def _work(self) -> None:
        body = {"drawings": [{"strokes": self._strokes}]}
        while not self._ended.wait(PROBE_SECONDS):
            started, error = time.monotonic(), ""
            try:
                # A new connection each time, so that none belongs to a stopped process.
                answer = self._client.ask("POST", "/api/v1/guesses/", body, Connection="close")
                if not answer.is_success:
                    error = f"{answer.status_code} {answer.text[:200]}"
            except httpx2.TransportError as failure:
                error = f"{type(failure).__name__} {failure}"
            self.asked.append(Asked(started, time.monotonic() - started, error))


def _json(answer: httpx2.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
