"""People who draw and judge while things break, as the pages do it: what got no answer is sent again."""

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
from tests.chaos.client import Client, Meanwhile
from tests.chaos.journal import Journal

AGAIN = 0.5  # seconds until the next attempt
PACE = 0.5  # seconds between two drawings of one person, on average
WITHOUT_KEY = 0.2  # share of the drawings that are sent once, without a key to recognize a repeat by
JUDGED = 0.7  # share of the drawings about which something is said; about half of these, something else later
PROBE_EVERY = 0.5  # seconds
TRY_AGAIN = (409, 429)
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
        """Return what the journal keeps of it."""
        facts: dict[str, Any] = {"what": self.what, "serial": self.serial}
        return facts | {name: self.body[name] for name in ("correct", "label") if name in self.body}


@dataclass(frozen=True)
class Asked:
    """One attempt to have a drawing recognized."""

    started: float
    seconds: float
    error: str  # none: it was answered


class Drawer:
    """Draws and judges, in a thread, until told to stop; what is under way is brought to its end."""

    def __init__(self, client: Client, strokes: Sequence[Strokes], journal: Journal, lot: random.Random) -> None:
        self._client, self._strokes, self._journal, self._lot = client, strokes, journal, lot
        self._paused, self._idle, self._ended = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._draw_on, daemon=True)

    def start(self, *, with_cookie: bool) -> None:
        """with_cookie: a browser, which has got its cookie from the page."""
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
        while not self._ended.wait(self._lot.uniform(0, 2 * PACE)):
            if self._paused.is_set():
                self._idle.set()
                time.sleep(0.05)
            else:
                self._draw()

    def _draw(self) -> None:
        serial = self._journal.next_serial()
        x, y, *_ = self._lot.choice(self._strokes)[0]
        # The time of its first point tells which drawing it is: what is stored is what was drawn.
        body = {"strokes": [[x, y, [serial, *range(serial + 1, serial + len(x))]]]}
        asked = Request("drawing", serial, "POST", "/api/v1/drawings/", body)
        if self._lot.random() >= WITHOUT_KEY:
            asked = replace(asked, key=f"{uuid.UUID(int=self._lot.getrandbits(128))}")
        drawing = self._insist(asked) if asked.key else self._try(asked)
        if drawing and self._lot.random() < JUDGED:
            self._judge(serial, drawing)

    def _judge(self, serial: int, drawing: dict[str, Any]) -> None:
        path = f"/api/v1/drawings/{drawing['id']}/feedback/"
        for _ in range(self._lot.choice((1, 2))):
            wrong = {"correct": False, "label": self._lot.choice(WORDS)}
            said = self._lot.choice(({"correct": True}, wrong)) | {"feedback_token": drawing["feedback_token"]}
            self._insist(Request("feedback", serial, "PUT", path, said))

    def _insist(self, asked: Request) -> dict[str, Any]:
        """Ask until there is an answer, as the pages do with what they keep."""
        while (told := self._try(asked)) is None:
            time.sleep(AGAIN)
        return told

    def _try(self, asked: Request) -> dict[str, Any] | None:
        """Ask once; return what was told: nothing ({}) if it was refused for good, None if it may be tried again."""
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
        return None if answer.status_code in TRY_AGAIN or answer.is_server_error else {}


class Prober(Meanwhile):
    """Has a drawing recognized by one host twice a second, in a thread, and remembers each attempt."""

    def __init__(self, host: str, strokes: Strokes) -> None:
        super().__init__(Client([host]))
        self._strokes = strokes
        self.asked: list[Asked] = []

    def _work(self) -> None:
        body = {"drawings": [{"strokes": self._strokes}]}
        while not self._ended.wait(PROBE_EVERY):
            started, error = time.monotonic(), ""
            try:
                # Over a connection of its own, which no process keeps that is stopped.
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
