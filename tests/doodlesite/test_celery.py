from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.services.site import Site, wait_until

pytestmark = pytest.mark.services


def test_a_killed_worker_takes_its_training_along(site: Site) -> None:
    site.start("redis", "trainer")
    [child] = waiting_children(site)
    os.kill(child, signal.SIGSTOP)  # as deaf to everything else as one that trains

    os.kill(site.pid("trainer"), signal.SIGKILL)

    wait_until(lambda: has_ended(child))


def test_a_killed_training_leaves_its_worker_waiting_for_the_next(site: Site) -> None:
    site.start("redis", "trainer")
    [child] = waiting_children(site)

    os.kill(child, signal.SIGKILL)  # as the kernel does when memory runs out

    wait_until(lambda: children(site.pid("trainer")) not in ([], [child]))


def waiting_children(site: Site) -> list[int]:
    """Return the trainer's children, once they wait for something to do."""
    trainer = site.pid("trainer")
    wait_until(lambda: children(trainer) != [] and all(state(child) == "S" for child in children(trainer)))
    return children(trainer)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def has_ended(pid: int) -> bool:
    return state(pid) in ("Z", "")


def state(pid: int) -> str:
    """Return proc(5)'s letter for the state of a process, "" for one that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""
