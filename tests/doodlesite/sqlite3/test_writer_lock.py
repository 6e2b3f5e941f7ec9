from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import OperationalError

from doodlesite.sqlite3.writer_lock import Turn

SOMEBODY_ELSE = """
import sys
from doodlesite.sqlite3.writer_lock import Turn
Turn.at(sys.argv[1]).take(patience=0)
print("has it", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "turn")


def test_a_thread_waits_for_its_turn(path: str) -> None:
    turn = Turn.at(path)
    turn.take(patience=0)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(turn.take, patience=60)
        assert not waiting.done()

        turn.pass_on()

        waiting.result()


def test_a_thread_gives_up_after_its_patience(path: str) -> None:
    turn = Turn.at(path)
    turn.take(patience=0)

    with pytest.raises(OperationalError, match="database is locked"):
        turn.take(patience=0.01)


def test_a_process_waits_for_its_turn_and_gets_it_when_the_other_dies(path: str) -> None:
    with somebody_else(path) as other:
        with pytest.raises(OperationalError, match="database is locked"):
            Turn.at(path).take(patience=0.01)

        other.kill()

        Turn.at(path).take(patience=60)


def test_a_process_that_gave_up_can_try_again(path: str) -> None:
    with somebody_else(path) as other:
        with pytest.raises(OperationalError):
            Turn.at(path).take(patience=0)
        other.kill()
    Turn.at(path).take(patience=60)
    Turn.at(path).pass_on()

    Turn.at(path).take(patience=0)


def somebody_else(path: str) -> subprocess.Popen[bytes]:
    """Return a process that has the turn."""
    command = [sys.executable, "-c", SOMEBODY_ELSE, path]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"has it\n"
    return process
