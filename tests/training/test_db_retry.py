from __future__ import annotations

import pytest
from django.db import IntegrityError, OperationalError, transaction
from pytest_django import Settings

from training import db_retry
from training.db_retry import retry_on_db_outage

pytestmark = pytest.mark.django_db(transaction=True)


class Flaky:
    """Fails so many times before it works."""

    def __init__(self, failures: int, error: type[Exception] = OperationalError) -> None:
        self.failures = failures
        self.calls = 0
        self._error = error

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise self._error("gone")
        return "done"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db_retry, "RETRY_SECONDS", 0.001)


def patient(flaky: Flaky) -> str:
    @retry_on_db_outage
    def call() -> str:
        return flaky()

    return call()


def test_a_database_that_comes_back_in_time_is_waited_for() -> None:
    assert patient(Flaky(failures=3)) == "done"


def test_a_database_that_stays_away_is_given_up(settings: Settings) -> None:
    settings.TRAINING_DEAD_AFTER = 0.05
    with pytest.raises(OperationalError):
        patient(Flaky(failures=10**9))


def test_a_mistake_of_ours_is_not_repeated() -> None:
    flaky = Flaky(failures=1, error=IntegrityError)
    with pytest.raises(IntegrityError):
        patient(flaky)
    assert flaky.calls == 1


def test_within_a_transaction_nothing_is_repeated() -> None:
    flaky = Flaky(failures=1)
    with pytest.raises(OperationalError), transaction.atomic():
        patient(flaky)
    assert flaky.calls == 1
