from __future__ import annotations

import os
import signal

import pytest

from tests.services.processes import children, has_ended, state
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
    """Return the trainer's children, once it watches them and they wait for something to do."""
    trainer = site.pid("trainer")
    wait_until(lambda: " ready." in site.log("trainer"))  # before, Celery may wait for the rest of a dead child's hello
    wait_until(lambda: children(trainer) != [] and all(state(child) == "S" for child in children(trainer)))
    return children(trainer)
