"""The site's real processes, as the Procfile starts them, each under the test's control."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from doodlesite.process.procfile_runner import parse_procfile

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds for a process to start or stop on a busy machine


class Site:
    """A site with a folder, a port and a Redis of its own, on the given database. Nothing runs until it is started."""

    def __init__(self, var: Path, database_url: str, **environment: str) -> None:
        self.var = var
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "doodlesite.settings",
            "DOODLE_VAR": str(var),
            "DATABASE_URL": database_url,
            "REDIS_URL": "",
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.options: dict[str, dict[str, Any]] = {}  # of Popen, for the processes that need some
        self.commands = parse_procfile((ROOT / "Procfile").read_text())
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> None:
        """Start processes of the Procfile; what one writes is found in `log(name)`."""
        for name in names:
            with self._log_path(name).open("ab") as log:
                self._running[name] = subprocess.Popen(
                    self.commands[name],
                    shell=True,
                    cwd=ROOT,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # so that its children can be stopped and killed with it
                    **self.options.get(name, {}),
                )

    def stop(self, *names: str) -> None:
        """Ask processes to end as the supervisor does, and wait for them; without names, all that run."""
        names = names or tuple(self._running)
        for name in names:
            self.send(name, signal.SIGTERM)
        for name in names:
            try:
                self._running[name].wait(PATIENCE)
            finally:
                self.kill(name)

    def kill(self, name: str) -> None:
        """Kill a process and its children without giving them a chance to say so."""
        self.send(name, signal.SIGKILL)
        self._running.pop(name).wait()

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process and its children."""
        try:
            os.killpg(self._running[name].pid, number)
        except ProcessLookupError:
            return  # it has ended by itself

    def ended(self) -> list[str]:
        """Return the processes that were started and have ended by themselves."""
        return [name for name, process in self._running.items() if process.poll() is not None]

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def log(self, name: str) -> str:
        return self._log_path(name).read_text()

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py to its end and return what it wrote. Raises CalledProcessError."""
        return self.run(sys.executable, "manage.py", *arguments)

    def run(self, *command: str) -> str:
        """Run a command in the site's environment and return what it wrote. Raises CalledProcessError."""
        process = subprocess.run(command, cwd=ROOT, env=self.environment, text=True, capture_output=True, check=True)
        return process.stdout

    def complains(self, *arguments: str) -> str:
        """Run a command of manage.py that must fail, without a traceback, and return the last line that it wrote."""
        with pytest.raises(subprocess.CalledProcessError) as failed:
            self.manage(*arguments)
        assert "Traceback" not in failed.value.stderr
        return str(failed.value.stderr).splitlines()[-1]

    def prepare(self) -> None:
        """Do what a host does before it serves."""
        self.run(sys.executable, "-m", "doodlesite.prepare")

    def take_static_files(self, other: Site) -> None:
        """Take over the static files that another site has collected, so that preparing is a matter of seconds."""
        shutil.copytree(other.var / "static", self.var / "static")
        shutil.copy2(other.var / "static-files.sha256", self.var)

    def wait_until_it_answers(self, path: str = "/healthz") -> None:
        wait_until_it_answers(self.url + path, self._running["web"], self._log_path("web"))

    def _log_path(self, name: str) -> Path:
        return self.var / f"{name}.log"


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until `url` answers with success; what is in `log` explains why `process` does not serve it."""
    deadline = time.monotonic() + PATIENCE
    while not answers(url):
        if time.monotonic() > deadline or process.poll() is not None:
            raise AssertionError(f"{url} does not answer:\n{log.read_text()}")
        time.sleep(0.05)


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=PATIENCE):
            return True
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
