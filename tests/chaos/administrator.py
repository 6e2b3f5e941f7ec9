"""An administrator who retrains the site again and again, and promotes versions at random."""

from __future__ import annotations

import random
from typing import Any

import httpx2

from tests.chaos.client import BackgroundClient, Client
from tests.chaos.journal import Journal
from tests.services.training import CLASSES

POLL_SECONDS = 2.0  # between two looks at the run
REST_SECONDS = 6.0  # after a run
PROMOTION_PROBABILITY = 0.5  # at a look when no run is open
CONFIG = {
    "preset": "quick",
    "classes": list(CLASSES),
    "rows_per_class": 200,
    "epochs": 2,
    "warm_start": False,
    "promote": False,  # the administrator promotes, so that the journal knows the champion
}


class Administrator(BackgroundClient):
    """Starts a run whenever none is open, in a thread, until `end`."""

    def __init__(self, client: Client, journal: Journal, rng: random.Random) -> None:
        super().__init__(client)
        self._journal, self._rng = journal, rng

    def _work(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            runs = self._ask("GET", "/api/v1/training-runs/")
            if runs is None or any(run["status"] in ("queued", "running") for run in runs["results"][:1]):
                continue
            if self._rng.random() < PROMOTION_PROBABILITY:
                self._promote()
            if not self._ended.wait(REST_SECONDS):
                self._retrain()

    def _retrain(self) -> None:
        self._journal.write("run asked")
        if run := self._ask("POST", "/api/v1/training-runs/", CONFIG | {"seed": self._rng.randrange(1000)}):
            self._journal.write("run", id=run["id"])

    def _promote(self) -> None:
        versions = self._ask("GET", "/api/v1/model-versions/")
        if not versions:
            return
        number = self._rng.choice(versions["results"])["number"]
        self._journal.write("promotion asked", number=number)
        if self._ask("POST", f"/api/v1/model-versions/{number}/promote/", {"reason": "faults"}):
            self._journal.write("promoted", number=number)

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        try:
            answer = self._client.ask(method, path, body)
        except httpx2.TransportError:
            return None
        if answer.is_client_error and answer.status_code not in (409, 429):
            self._journal.write("refused", path=path, status=answer.status_code, detail=answer.text[:300])
        return answer.json() if answer.is_success else None
