from __future__ import annotations

import gc
import os
import signal

import hypothesis
import pytest

from recognition.serving import model_loader

pytest_plugins = ["tests.services.fixtures", "tests.services.training"]

hypothesis.settings.register_profile("doodlesite", deadline=None)  # a busy machine is slow
hypothesis.settings.load_profile("doodlesite")

# A test run in the background may ignore Ctrl-C, and so would the processes that its tests stop with it.
signal.signal(signal.SIGINT, signal.default_int_handler)

SLOW = ("browser", "services", "tensorflow")


@pytest.fixture(autouse=True)
def forget_the_champion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start every test without a loaded model, as a process starts."""
    monkeypatch.setattr(model_loader, "_loader", model_loader.ModelLoader())


@pytest.fixture
def polls_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the model in service once. On a slow machine another poll would add queries to those that a test counts."""
    monkeypatch.setattr(model_loader, "POLL_SECONDS", float("inf"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only", action="store_true", help="only what depends on the database, without slow tests"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `--database-only` does not want, and start with slow tests, so that none is left for the end."""
    items.sort(key=slowness, reverse=True)  # tests that are equally slow stay in their random order
    if config.getoption("--database-only"):
        chosen = [item for item in items if touches_the_database(item) and not is_slow(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = chosen


def pytest_collection_finish() -> None:
    """Keep Python from searching everything that was imported for garbage again and again: a tenth of a run's time."""
    gc.freeze()
    gc.set_threshold(100_000)


def touches_the_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db")) or "db" in getattr(item, "fixturenames", ())


def slowness(item: pytest.Item) -> int:
    """Return how many of the SLOW marks a test has; tests of TensorFlow in real processes have the most."""
    return sum(item.get_closest_marker(mark) is not None for mark in SLOW)


def is_slow(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(mark) for mark in SLOW)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if a test was skipped and DOODLE_FORBID_SKIPS=1 says that everything is installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("DOODLE_FORBID_SKIPS") == "1" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if os.environ.get("DOODLE_FORBID_SKIPS") == "1" and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("Tests were skipped, and DOODLE_FORBID_SKIPS=1 forbids it.", red=True)
