from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import OperationalError

from doodlesite.sqlite3.writer_lock import WriterLock

HOLD_LOCK = """
import sys
from doodlesite.sqlite3.writer_lock import WriterLock
WriterLock.at(sys.argv[1]).acquire(timeout=0)
print("has it", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "lock")


def test_a_thread_waits_for_the_lock(path: str) -> None:
    lock = WriterLock.at(path)
    lock.acquire(timeout=0)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(lock.acquire, timeout=60)
        assert not waiting.done()

        lock.release()

        waiting.result()


def test_a_thread_gives_up_after_its_timeout(path: str) -> None:
    lock = WriterLock.at(path)
    lock.acquire(timeout=0)

    with pytest.raises(OperationalError, match="database is locked"):
        lock.acquire(timeout=0.01)


def test_a_process_waits_for_the_lock_and_gets_it_when_its_holder_dies(path: str) -> None:
    with lock_holder(path) as other:
        with pytest.raises(OperationalError, match="database is locked"):
            WriterLock.at(path).acquire(timeout=0.01)

        other.kill()

        WriterLock.at(path).acquire(timeout=60)


def test_a_process_that_gave_up_can_try_again(path: str) -> None:
    with lock_holder(path) as other:
        with pytest.raises(OperationalError):
            WriterLock.at(path).acquire(timeout=0)
        other.kill()
    WriterLock.at(path).acquire(timeout=60)
    WriterLock.at(path).release()

    WriterLock.at(path).acquire(timeout=0)


def lock_holder(path: str) -> subprocess.Popen[bytes]:
    """Return a process that holds the lock."""
    command = [sys.executable, "-c", HOLD_LOCK, path]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"has it\n"
    return process
