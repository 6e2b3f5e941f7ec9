"""Runs the commands of a Procfile until one of them ends or a signal stops them all."""

from __future__ import annotations

import math
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import cycle
from pathlib import Path

from doodlesite.process.parent_death_signal import die_with_parent

STOP_SECONDS = 4.5  # from SIGTERM to SIGKILL; longer than Gunicorn's graceful_timeout
KILL_SECONDS = 0.25  # for the system to remove what was killed
DEADLINE_SECONDS = 5.0  # for all of it
POLL_SECONDS = 0.1
PIPE_BYTES = 65_536  # all that a pipe holds, pipe(7)
COLORS = ("36", "33", "32", "35", "31", "34")  # ANSI: cyan, yellow, green, magenta, red, blue
SYSTEM = "system"  # the name on the runner's own lines


def parse_procfile(text: str) -> dict[str, str]:
    """Return each command by its name, in the order of the lines."""
    return dict(re.findall(r"^([\w-]+):\s*(.+)$", text, re.MULTILINE))


class Process:
    """A command that was started, in a process group with its children. Selectors wait for its output."""

    def __init__(self, name: str, command: str, folder: Path, color: str) -> None:
        self.name, self.color = name, color
        self.has_more_output = True
        self._partial_line = b""
        self._popen = subprocess.Popen(  # noqa: S602  # a Procfile consists of shell commands
            command,
            shell=True,
            cwd=folder,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that Ctrl-C in a terminal reaches the runner alone
            preexec_fn=die_with_parent,
        )
        self.pid = self._popen.pid

    def fileno(self) -> int:
        assert self._popen.stdout  # noqa: S101  # for mypy: it is a pipe
        return self._popen.stdout.fileno()

    def read_lines(self) -> list[str]:
        """Return the lines that have arrived; at the end of the output, also an unfinished one."""
        data = os.read(self.fileno(), PIPE_BYTES)
        self.has_more_output = data != b""
        *lines, self._partial_line = (self._partial_line + data).split(b"\n")
        if not self.has_more_output and self._partial_line:
            lines.append(self._partial_line)
        return [line.decode(errors="replace") for line in lines]

    def returncode(self) -> int | None:
        """Return None while the command runs, and minus the signal's number if one ended it."""
        return self._popen.poll()

    def is_gone(self) -> bool:
        """Tell whether the command and all its children have ended."""
        return self.returncode() is not None and not self.send(0)

    def send(self, number: int) -> bool:
        """Send a signal to the process group. Returns whether there is one."""
        with suppress(ProcessLookupError, PermissionError):  # the latter on macOS, for zombies
            os.killpg(self.pid, number)
            return True
        return False


class ProcfileRunner:
    """Starts one process for each command, without a wrapper, and copies what they write to standard output.

    Once a process has ended, or SIGINT or SIGTERM has come, all of them end within DEADLINE_SECONDS.
    """

    def __init__(self, commands: Mapping[str, str], folder: Path) -> None:
        self._commands, self._folder = commands, folder
        self._width = max(map(len, [*commands, SYSTEM]))
        self._selector = selectors.DefaultSelector()
        self._alive: list[Process] = []
        self._returncodes: dict[str, int] = {}
        self._received: signal.Signals | None = None

    def run(self) -> bool:
        """Run until all processes have ended. Returns whether a signal asked for that; otherwise one ended first."""
        signal.signal(signal.SIGINT, self._on_stop_signal)
        signal.signal(signal.SIGTERM, self._on_stop_signal)
        signal.signal(signal.SIGALRM, self._on_deadline)
        try:
            for (name, command), color in zip(self._commands.items(), cycle(COLORS), strict=False):
                self._start(name, command, color)
            self._watch_until(lambda: bool(self._received or self._returncodes))
            self._start_deadline()
            self._stop()
        finally:
            self._send(signal.SIGKILL)  # nothing is left behind, also after an error of ours
        self._watch_until(lambda: not self._alive, KILL_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, 0)
        return self._received is not None

    def _start(self, name: str, command: str, color: str) -> None:
        process = Process(name, command, self._folder, color)
        self._alive.append(process)
        self._selector.register(process, selectors.EVENT_READ)
        self._print(SYSTEM, f"{name} started (pid={process.pid})")

    def _stop(self) -> None:
        if self._received:
            self._print(SYSTEM, f"{self._received.name} received")
        self._send(signal.SIGTERM)
        self._watch_until(lambda: not self._alive, STOP_SECONDS)

    def _send(self, number: signal.Signals) -> None:
        for process in self._alive:
            process.send(number)
        for process in self._alive:  # only now, because printing may fail
            if process.name not in self._returncodes:
                self._print(SYSTEM, f"sending {number.name} to {process.name} (pid {process.pid})")

    def _watch_until(self, condition: Callable[[], bool], seconds: float = math.inf) -> None:
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            self._copy_output(POLL_SECONDS)
            self._note_ended()

    def _copy_output(self, timeout: float) -> None:
        for key, _ in self._selector.select(timeout):
            process = key.fileobj
            assert isinstance(process, Process)  # noqa: S101  # for mypy
            for line in process.read_lines():
                self._print(process.name, line, process.color)
            if not process.has_more_output:
                self._selector.unregister(process)

    def _note_ended(self) -> None:
        ended = {process.name: process.returncode() for process in self._alive}
        if any(code is not None and name not in self._returncodes for name, code in ended.items()):
            self._copy_output(0)  # what it wrote last comes before the word that it stopped
        for name, code in ended.items():
            if code is not None and name not in self._returncodes:
                self._returncodes[name] = code
                self._print(SYSTEM, f"{name} stopped (rc={code})")
        self._alive = [process for process in self._alive if not process.is_gone()]

    def _print(self, name: str, line: str, color: str = "") -> None:
        prefix = f"{datetime.now():%H:%M:%S} {name:{self._width}} | "
        if color and sys.stdout.isatty():
            prefix = f"\033[0m\033[{color}m{prefix}\033[0m"
        sys.stdout.write(f"{prefix}{line}\n")
        sys.stdout.flush()

    def _start_deadline(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, DEADLINE_SECONDS)

    def _on_stop_signal(self, number: int, _: object) -> None:
        if not self._received:
            self._received = signal.Signals(number)
            self._start_deadline()  # already here, since printing may be held up: by Ctrl-S, or by a full pipe

    def _on_deadline(self, *_: object) -> None:
        for process in self._alive:
            process.send(signal.SIGKILL)
        os._exit(1)
