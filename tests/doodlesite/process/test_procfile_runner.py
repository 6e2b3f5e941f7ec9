"""The runner with commands that only sleep, each of them killed in turn."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import combinations
from pathlib import Path
from typing import IO

import pytest
from django.conf import settings

from doodlesite.process.procfile_runner import PIPE_BYTES, parse_procfile
from tests.services.site import PATIENCE, wait_until

pytestmark = pytest.mark.services

RUN = """
import sys
from pathlib import Path
from doodlesite.process import procfile_runner as runner
runner.STOP_SECONDS, runner.DEADLINE_SECONDS = float(sys.argv[2]), float(sys.argv[2]) + 1
sys.exit(not runner.ProcfileRunner(runner.parse_procfile(sys.argv[1]), Path.cwd()).run())
"""
SLEEPERS = ("redis", "web", "worker")
THREE = "\n".join(f"{name}: exec sleep 600" for name in SLEEPERS)
WITH_CHILD = "web: sleep 601 & echo child=$! ; wait"
LIMIT = 10  # seconds: five, and what a busy machine adds
DEAF = "web: trap '' TERM; echo deaf; while true; do sleep 0.1; done"
SOME = [names for count in (1, 2, 3) for names in combinations(SLEEPERS, count)]


class Runner:
    """A runner in a process of its own; `log` is what it wrote."""

    def __init__(self, procfile: str, log: Path, stop_seconds: float = 4.5) -> None:
        self.log = log
        with log.open("wb") as output:
            command = [sys.executable, "-c", RUN, procfile, str(stop_seconds)]
            self.process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=output, stderr=output)
        wait_until(lambda: len(self.pids()) == len(parse_procfile(procfile)) or self.process.poll() is not None)

    def pids(self) -> dict[str, int]:
        """Return the numbers of the processes that were started, by name."""
        started = re.findall(r"(\w+) started \(pid=(\d+)\)", self.log.read_text())
        return {name: int(pid) for name, pid in started}

    def kill(self, *names: str) -> None:
        pids = self.pids()
        for name in names:
            with suppress(ProcessLookupError):  # the runner may have ended the others since the first was killed
                os.kill(pids[name], signal.SIGKILL)

    def seconds_to_end(self) -> float:
        started = time.monotonic()
        self.process.wait(PATIENCE)
        return time.monotonic() - started


Start = Callable[..., Runner]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def start(procfile: str, **options: float) -> Runner:
            runner = Runner(procfile, tmp_path / "log", **options)
            stack.callback(end, runner)
            return runner

        yield start


def end(runner: Runner) -> None:
    runner.process.kill()
    runner.process.wait()
    for pid in runner.pids().values():
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def unread_bytes(pipe: IO[str] | None) -> int:
    assert pipe
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


@pytest.mark.parametrize("names", SOME, ids="+".join)
def test_whichever_are_killed_all_end_within_seconds(start: Start, names: Sequence[str]) -> None:
    runner = start(THREE)
    runner.kill(*names)

    assert runner.seconds_to_end() < LIMIT
    assert runner.process.returncode == 1
    assert not any(map(is_running, runner.pids().values()))
    stopped = re.findall(r"\w+ stopped \(rc=-?\d+\)", runner.log.read_text())
    # Of two that are killed at once, the log may have only the one that was noticed first.
    assert any(f"{name} stopped (rc=-9)" in stopped for name in names)


@pytest.mark.parametrize("names", [(), *combinations(SLEEPERS, 2)], ids="+".join)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_ends_it_whatever_was_killed(start: Start, number: signal.Signals, names: Sequence[str]) -> None:
    runner = start(THREE)
    runner.kill(*names)
    runner.process.send_signal(number)

    assert runner.seconds_to_end() < LIMIT
    assert runner.process.returncode == 0 or names
    assert not any(map(is_running, runner.pids().values()))


@pytest.mark.parametrize("killed", [True, False])
def test_children_of_a_process_end_with_it(start: Start, killed: bool) -> None:
    runner = start(WITH_CHILD)
    wait_until(lambda: "child=" in runner.log.read_text())
    child = int(runner.log.read_text().partition("child=")[2].split()[0])
    if killed:
        runner.kill("web")
    else:
        runner.process.terminate()

    assert runner.seconds_to_end() < LIMIT
    assert not is_running(child)


def test_a_process_that_ignores_sigterm_is_killed(start: Start) -> None:
    runner = start(f"{DEAF}\n{THREE.replace('web', 'beat')}", stop_seconds=0.3)
    wait_until(lambda: "deaf" in runner.log.read_text())
    runner.process.terminate()

    assert 0.2 < runner.seconds_to_end() < LIMIT
    assert runner.process.returncode == 0
    assert "sending SIGKILL to web" in runner.log.read_text()
    assert not any(map(is_running, runner.pids().values()))


def test_a_process_that_is_stopped_is_killed(start: Start) -> None:
    runner = start(THREE, stop_seconds=0.3)
    os.kill(runner.pids()["web"], signal.SIGSTOP)
    runner.kill("redis")

    assert runner.seconds_to_end() < LIMIT
    assert not any(map(is_running, runner.pids().values()))


def test_sigterm_ends_it_although_its_output_is_not_read() -> None:
    command = [sys.executable, "-c", RUN, "web: exec yes", "0.3"]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        web = int(re.findall(r"pid=(\d+)", process.stdout.readline())[0])
        wait_until(lambda: unread_bytes(process.stdout) > 0.9 * PIPE_BYTES)

        process.terminate()

        process.wait(LIMIT)
        assert not is_running(web)


def test_a_killed_runner_takes_its_processes_along(start: Start) -> None:
    runner = start(THREE)
    runner.process.kill()

    wait_until(lambda: not any(map(is_running, runner.pids().values())))


def test_what_a_process_writes_is_copied_line_by_line_with_its_name(start: Start) -> None:
    runner = start(r"web: printf 'one\ntwo \377\nlast words'; exit 7")
    runner.seconds_to_end()
    lines = [line.partition(" ")[2] for line in runner.log.read_text().splitlines()]

    assert lines[0].startswith("system | web started (pid=")
    assert lines[1:] == ["web    | one", "web    | two �", "web    | last words", "system | web stopped (rc=7)"]


def test_a_procfile_names_its_commands() -> None:
    assert parse_procfile("# a: comment\n\nweb: exec gunicorn a:b\nbeat-2:   celery") == {
        "web": "exec gunicorn a:b",
        "beat-2": "celery",
    }
