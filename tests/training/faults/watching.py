from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.request import Request, urlopen

from django.db import connection
from django.utils import timezone

from tests.services.processes import children, has_ended
from tests.services.site import Site, wait_until
from training.models import TrainingRun

PATIENCE_SECONDS = 120  # for a stage on a busy machine
POLL_SECONDS = 0.05


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
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        run.refresh_from_db()
        if condition(run):
            return
        if not run.is_open or time.monotonic() > deadline:
            raise AssertionError(f"The run is {run.status} in {run.stage}. {run.error}\n{site.log('trainer')[-5000:]}")
        time.sleep(POLL_SECONDS)


def wait_for_end(run: Any, site: Site) -> None:
    wait_for(run, lambda run: not run.is_open, site)


def kill_child(site: Site) -> None:
    """Kill the process that does the training: the only child of the worker on the queue `training`."""
    (child,) = children(site.pid("trainer"))
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: has_ended(child))


def expire_lease(run: TrainingRun) -> None:
    """Make the run look as if its worker, which is dead, had been silent for an hour, so that nothing waits for it."""
    TrainingRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))


@contextlib.contextmanager
def slow_verdict(*, attempt: int) -> Iterator[None]:
    """Let the database take minutes to store the gate's verdict in this attempt, to kill its worker before it promotes.

    Works on SQLite only, where the tests' database and the site's are the same file.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER slow_verdict BEFORE UPDATE OF verdict ON training_trainingrun "
            f"WHEN NEW.attempt = {attempt} BEGIN "
            "SELECT count(*) FROM sqlite_schema a, sqlite_schema b, sqlite_schema c, sqlite_schema d; END"
        )
        try:
            yield
        finally:
            cursor.execute("DROP TRIGGER slow_verdict")
