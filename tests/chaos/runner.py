"""One fault after the other on a site that is in use, each mended and recovered from before the next one."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from recognition.imaging.strokes import Strokes
from tests.chaos.administrator import Administrator
from tests.chaos.client import Client
from tests.chaos.environment import Grounds
from tests.chaos.fault_types import Kind, kinds
from tests.chaos.journal import Journal
from tests.chaos.outcome import Fault, Outcome
from tests.chaos.workload import Drawer, Prober
from tests.services.site import ROOT

BETWEEN = (1.0, 3.0)  # seconds from a recovery to the next harm
RESTART = 2.0  # seconds until what has ended is started again: RestartSec of the units
RECOVERY = 90.0  # seconds; a site that is not well again by then is stuck
RUN_ENDS = 240.0  # seconds for a run to end once nothing is done any more; it may have three attempts


class Supervisor:
    """Starts again whatever ends, as systemd does, in a thread."""

    def __init__(self, grounds: Grounds) -> None:
        self._grounds, self._ended = grounds, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.restarted: list[str] = []

    def __enter__(self) -> Supervisor:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(RESTART):
            self.restarted += self._grounds.restart_what_ended()


class Campaign:
    """Does harm to a site and holds it to account afterwards."""

    def __init__(self, grounds: Grounds, strokes: list[Strokes], folder: Path, *, seed: int, drawers: int) -> None:
        self._grounds, self._strokes, self._lot = grounds, strokes, random.Random(seed)
        self._journal = Journal(folder / "journal.ndjson")
        self._kinds = kinds(grounds)
        hosts = [site.url for site in grounds.sites.values()]
        self._drawers = [
            Drawer(Client(hosts, first=number), strokes, self._journal, random.Random(f"{seed} {number}"))
            for number in range(drawers)
        ]
        self._hosts = hosts

    def run(self, faults: Iterable[Kind], say: Callable[[str], None] = lambda _: None) -> Outcome:
        probers = {host: Prober(site.url, self._strokes[0]) for host, site in self._grounds.sites.items()}
        with Supervisor(self._grounds) as supervisor:
            with self._in_use(probers):
                done = [self._do(number, kind, say) for number, kind in enumerate(faults, 1)]
                time.sleep(BETWEEN[1])
            self._journal.close()
            self._wait_for_the_end_of_runs()
            found = self.inquest()
        asked = {host: prober.asked for host, prober in probers.items()}
        epoch = time.time() - time.monotonic()
        return Outcome(done, asked, found, self._journal.path, epoch, supervisor.restarted)

    def inquest(self) -> dict[str, Any]:
        """Hold the database against the journal."""
        command = [sys.executable, "-m", "tests.chaos.verify", str(self._journal.path)]
        environment = self._grounds.a.environment | {"DATABASE_URL": self._grounds.database_url}
        told: dict[str, Any] = json.loads(subprocess.check_output(command, cwd=ROOT, env=environment))
        return told

    def drawn_lots(self, faults: int, only: str = "") -> Iterator[Kind]:
        """Yield so many kinds at random, each as often as the others; `only` those with this in their name.

        Raises ValueError when there is none.
        """
        if not (of_name := [kind for kind in self._kinds if only in kind.name]):
            raise ValueError(f"No fault has {only!r} in its name.")
        while faults > 0:
            yield from self._lot.sample(of_name, len(of_name))[:faults]
            faults -= len(of_name)

    def _do(self, number: int, kind: Kind, say: Callable[[str], None]) -> Fault:
        time.sleep(self._lot.uniform(*BETWEEN))
        host = self._lot.choice(list(self._grounds.sites))
        undo = kind.harm(self._grounds, host, self._lot)
        begun = time.monotonic()  # what was asked of a process before that may be lost with it
        time.sleep(self._lot.uniform(*kind.lasts))
        undo()
        undone = time.monotonic()
        fault = Fault(kind, host, begun, undone, self._wait_until_well(undone))
        say(f"{number} {kind.name} ({host}): well after {(fault.well or float('inf')) - undone:.1f} s")
        return fault

    def _wait_until_well(self, since: float) -> float | None:
        while time.monotonic() - since < RECOVERY:
            if self._grounds.is_well():
                return time.monotonic()
            time.sleep(0.1)
        return None

    @contextmanager
    def _in_use(self, probers: dict[str, Prober]) -> Iterator[None]:
        """Have people draw, an administrator retrain, and each host asked for recognition, while the body runs."""
        administrator = self._administrator() if "trainer" in self._grounds.background else None
        for number, drawer in enumerate(self._drawers):
            drawer.start(with_cookie=number % 2 == 0)
        for prober in probers.values():
            prober.start()
        try:
            yield
        finally:
            if administrator:
                administrator.end()
            for drawer in self._drawers:
                drawer.end()
            for prober in probers.values():
                prober.end()

    def _administrator(self) -> Administrator:
        token = self._grounds.a.manage("create_token", "admin", "--scope", "read", "--scope", "train").strip()
        administrator = Administrator(Client(self._hosts, token=token), self._journal, self._lot)
        administrator.start()
        return administrator

    def _wait_for_the_end_of_runs(self) -> None:
        until = time.monotonic() + RUN_ENDS
        while time.monotonic() < until and self.inquest()["wrong"]["stuck"]:
            time.sleep(5)
