"""Injects faults into a busy site, one after the other; the site recovers from each before the next one."""

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
from tests.chaos.environment import Environment
from tests.chaos.fault_types import FaultType, fault_types
from tests.chaos.journal import Journal
from tests.chaos.outcome import Fault, Outcome
from tests.chaos.workload import Drawer, Prober
from tests.services.site import ROOT

PAUSE_SECONDS = (1.0, 3.0)  # from a recovery to the next fault
RESTART_SECONDS = 2.0  # until a process that has ended is restarted: RestartSec of the systemd units
RECOVERY_SECONDS = 90.0  # a site that has not recovered by then is stuck
RUN_END_SECONDS = 240.0  # for a run to end after the last fault; it may need three attempts


class Supervisor:
    """Restarts processes that end, as systemd does, in a thread."""

    def __init__(self, environment: Environment) -> None:
        self._environment, self._ended = environment, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.restarted: list[str] = []

    def __enter__(self) -> Supervisor:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(RESTART_SECONDS):
            self.restarted += self._environment.restart_what_ended()


class ChaosRunner:
    """Injects faults into a site and verifies its database afterwards."""

    def __init__(
        self, environment: Environment, strokes: list[Strokes], folder: Path, *, seed: int, drawers: int
    ) -> None:
        self._environment, self._strokes, self._rng = environment, strokes, random.Random(seed)
        self._journal = Journal(folder / "journal.ndjson")
        self._fault_types = fault_types(environment)
        hosts = [site.url for site in environment.sites.values()]
        self._drawers = [
            Drawer(Client(hosts, first=number), strokes, self._journal, random.Random(f"{seed} {number}"))
            for number in range(drawers)
        ]
        self._hosts = hosts

    def run(self, faults: Iterable[FaultType], say: Callable[[str], None] = lambda _: None) -> Outcome:
        probers = {host: Prober(site.url, self._strokes[0]) for host, site in self._environment.sites.items()}
        with Supervisor(self._environment) as supervisor:
            with self._in_use(probers):
                done = [self._do(number, fault_type, say) for number, fault_type in enumerate(faults, 1)]
                time.sleep(PAUSE_SECONDS[1])
            self._journal.close()
            self._wait_for_the_end_of_runs()
            found = self.verify()
        asked = {host: prober.asked for host, prober in probers.items()}
        epoch = time.time() - time.monotonic()
        return Outcome(done, asked, found, self._journal.path, epoch, supervisor.restarted)

    def verify(self) -> dict[str, Any]:
        """Compare the database with the journal."""
        command = [sys.executable, "-m", "tests.chaos.verify", str(self._journal.path)]
        environment = self._environment.a.environment | {"DATABASE_URL": self._environment.database_url}
        told: dict[str, Any] = json.loads(subprocess.check_output(command, cwd=ROOT, env=environment))
        return told

    def random_fault_types(self, faults: int, only: str = "") -> Iterator[FaultType]:
        """Yield as many fault types as `faults` in random order, each equally often.

        only: part of the name of the types to use. Raises ValueError if no type has it.
        """
        if not (of_name := [fault_type for fault_type in self._fault_types if only in fault_type.name]):
            raise ValueError(f"No fault has {only!r} in its name.")
        while faults > 0:
            yield from self._rng.sample(of_name, len(of_name))[:faults]
            faults -= len(of_name)

    def _do(self, number: int, fault_type: FaultType, say: Callable[[str], None]) -> Fault:
        time.sleep(self._rng.uniform(*PAUSE_SECONDS))
        host = self._rng.choice(list(self._environment.sites))
        undo = fault_type.inject(self._environment, host, self._rng)
        begun = time.monotonic()  # requests sent before may be lost with a killed process
        time.sleep(self._rng.uniform(*fault_type.lasts))
        undo()
        undone = time.monotonic()
        fault = Fault(fault_type, host, begun, undone, self._wait_until_well(undone))
        say(f"{number} {fault_type.name} ({host}): well after {(fault.well or float('inf')) - undone:.1f} s")
        return fault

    def _wait_until_well(self, since: float) -> float | None:
        while time.monotonic() - since < RECOVERY_SECONDS:
            if self._environment.is_well():
                return time.monotonic()
            time.sleep(0.1)
        return None

    @contextmanager
    def _in_use(self, probers: dict[str, Prober]) -> Iterator[None]:
        """Keep the site busy while the body runs: users draw, an administrator retrains, each host is probed."""
        administrator = self._administrator() if "trainer" in self._environment.background else None
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
        token = self._environment.a.manage("create_token", "admin", "--scope", "read", "--scope", "train").strip()
        administrator = Administrator(Client(self._hosts, token=token), self._journal, self._rng)
        administrator.start()
        return administrator

    def _wait_for_the_end_of_runs(self) -> None:
        until = time.monotonic() + RUN_END_SECONDS
        while time.monotonic() < until and self.verify()["wrong"]["stuck"]:
            time.sleep(5)
