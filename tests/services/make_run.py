"""`make run` as somebody at a terminal has it: in a folder and on a port of its own, stopped by Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests.services.site import PATIENCE, free_port, wait_until_it_answers

NOT_INHERITED = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "MAKEFLAGS", "MAKELEVEL"}


class MakeRun:
    """A running `make run`; `log` holds all it wrote."""

    def __init__(self, var: Path, log: Path, **environment: str) -> None:
        self.var = var
        self.port = environment.get("PORT") or str(free_port())
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        own = {"DOODLE_VAR": str(var), "PORT": self.port} | environment
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                ["make", "run"],
                cwd=settings.BASE_DIR,
                env=inherited | own,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait_until_it_answers(self, path: str = "/healthz") -> None:
        wait_until_it_answers(self.url + path, self.process, self.log)

    def interrupt(self) -> None:
        """Do what Ctrl-C does: send SIGINT to all that are in the terminal's foreground."""
        os.killpg(self.process.pid, signal.SIGINT)

    def wait(self, seconds: float = PATIENCE) -> int:
        return self.process.wait(seconds)

    def processes(self) -> dict[int, str]:
        """Return the command line of each of its processes, whoever the parent is now, by the process's number."""
        commands = {int(folder.name): self._command(folder) for folder in Path("/proc").glob("[0-9]*")}
        return {pid: command for pid, command in commands.items() if command}

    def _command(self, process: Path) -> str:
        """Return the command line of a process of this site, nothing of another."""
        command = read(process / "cmdline").decode().replace("\0", " ")
        marks = {f"DOODLE_VAR={self.var}".encode(), f"PORT={self.port}".encode()}
        is_ours = marks.issubset(read(process / "environ").split(b"\0"))
        is_our_redis = f"unixsocket:{self.var}/" in command  # it writes its title over its environment
        return command if is_ours or is_our_redis else ""


@contextmanager
def running(run: MakeRun) -> Iterator[MakeRun]:
    """Kill it at the end, if it still runs; what it started goes with it."""
    try:
        yield run
    finally:
        if run.process.poll() is None:
            os.killpg(run.process.pid, signal.SIGKILL)
            run.wait()


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ProcessLookupError):
        return b""  # it has just ended, or belongs to somebody else
