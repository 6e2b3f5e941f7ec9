"""The short version of `make chaos`: a busy site on PostgreSQL loses one part after another."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.environment import Environment, build_environment
from tests.chaos.fault_types import fault_types
from tests.chaos.leak_check import left_over
from tests.chaos.report import as_markdown
from tests.chaos.runner import ChaosRunner
from tests.factories import strokes_of

pytestmark = pytest.mark.services


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL can access as another user, with a short path for its socket."""
    with tempfile.TemporaryDirectory(prefix="doodlesite-faults-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def site(folder: Path) -> Iterator[Environment]:
    with build_environment(folder, database="postgres", hosts=["a"], background=[]) as environment:
        environment.start()
        yield environment


@pytest.mark.parametrize(
    "faults",
    [
        ("network to PostgreSQL silent", "web process killed"),
        pytest.param(("Redis stopped", "PostgreSQL killed"), marks=pytest.mark.long),
    ],
)
def test_nothing_is_lost_doubled_or_stuck_whatever_breaks(
    site: Environment, folder: Path, faults: tuple[str, str]
) -> None:
    runner = ChaosRunner(site, [strokes_of("cat"), strokes_of("house")], folder, seed=1, drawers=3)
    of_name = {fault_type.name: fault_type for fault_type in fault_types(site)}
    outcome = runner.run(of_name[name] for name in faults)
    site.stop()

    assert outcome.found["counts"]["drawings answered"] > 0
    assert outcome.found["counts"]["feedback answered"] > 0
    assert not any(outcome.found["wrong"].values()), as_markdown(outcome)
    assert all(fault.well for fault in outcome.faults), as_markdown(outcome)
    assert not outcome.unrecognized()
    assert not list(left_over(site, folder))
