from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.services.site import Site, wait_until

pytestmark = pytest.mark.services


def test_a_killed_worker_takes_its_training_along(site: Site) -> None:
    site.start("redis", "trainer")
    wait_until(lambda: "ready" in site.log("trainer"))
    [child] = children(site.pid("trainer"))
    os.kill(child, signal.SIGSTOP)  # as deaf to everything else as one that trains

    os.kill(site.pid("trainer"), signal.SIGKILL)

    wait_until(lambda: has_ended(child))


def test_a_killed_training_leaves_its_worker_waiting_for_the_next(site: Site) -> None:
    site.start("redis", "trainer")
    wait_until(lambda: "ready" in site.log("trainer"))
    [child] = children(site.pid("trainer"))

    os.kill(child, signal.SIGKILL)  # as the kernel does when memory runs out

    wait_until(lambda: children(site.pid("trainer")) not in ([], [child]))


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def has_ended(pid: int) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True
