from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.services.site import Site
from training.models import TrainingRun

PATIENCE = 120  # seconds for a stage on a busy machine


class RunByApi:
    """A run on a database that this process does not know; started and looked at by the API."""

    def __init__(self, site: Site, token: str, **config: object) -> None:
        self._address = f"{site.url}/api/v1/training-runs/"
        self._headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
        self._seen = self._answer(json.dumps(config).encode())
        self._address += f"{self.id}/"

    def refresh_from_db(self) -> None:
        """Look again; while the server or its database is away, what was seen last is kept."""
        with contextlib.suppress(OSError):
            self._seen = self._answer()

    def cancel(self) -> None:
        self._answer(b"{}", "cancel/")

    @property
    def is_open(self) -> bool:
        return self.status in TrainingRun.OPEN

    def __getattr__(self, name: str) -> Any:
        return self._seen[name]

    def _answer(self, body: bytes | None = None, path: str = "") -> Any:
        with urlopen(Request(self._address + path, body, self._headers), timeout=30) as answer:
            return json.load(answer)


def wait_for(run: Any, condition: Callable[[Any], object], site: Site) -> None:
    """Look at the run until the condition holds; a run that ends before that, or hangs, says so with its log."""
    deadline = time.monotonic() + PATIENCE
    while True:
        run.refresh_from_db()
        if condition(run):
            return
        if not run.is_open or time.monotonic() > deadline:
            raise AssertionError(f"The run is {run.status} in {run.stage}. {run.error}\n{site.log('trainer')[-5000:]}")
        time.sleep(0.002)


def wait_for_end(run: Any, site: Site) -> None:
    wait_for(run, lambda run: not run.is_open, site)


def child_of(site: Site) -> int:
    """Return the process that does the training: the only child of the worker on the queue `training`."""
    parent = site.pid("trainer")
    (child,) = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return int(child)
