from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection
from pytest_django import DjangoAssertNumQueries

from recognition.models import ModelVersion
from recognition.serving import model_loader as module
from recognition.serving.loaded_model import LoadedModel
from recognition.serving.model_loader import NoModelInService, champion
from tests.factories import make_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def break_artifact(version: ModelVersion, artifact: bytes = b"rubbish") -> None:
    ModelVersion.objects.filter(pk=version.pk).update(artifact=artifact)


def test_without_a_promotion_no_model_is_in_service() -> None:
    make_version(promoted=False)

    with pytest.raises(NoModelInService):
        champion()


def test_the_version_promoted_last_is_served() -> None:
    make_version()
    newest = make_version()

    assert champion().version == newest


def test_the_artifact_is_not_kept_with_the_version() -> None:
    make_version()

    assert "artifact" in champion().version.get_deferred_fields()


def test_a_first_promotion_is_served_within_a_second(clock: Callable[[float], None]) -> None:
    with pytest.raises(NoModelInService):
        champion()
    version = make_version()
    clock(1)

    assert champion().version == version


def test_a_promotion_is_served_within_a_second(clock: Callable[[float], None]) -> None:
    make_version()
    champion()
    newest = make_version()
    clock(1)

    assert champion().version == newest


def test_an_older_version_promoted_again_is_served(clock: Callable[[float], None]) -> None:
    older = make_version()
    make_version()
    champion()
    older.promote(by=None, reason="roll back")
    clock(1)

    assert champion().version == older


def test_nobody_looks_more_than_twice_a_second(
    clock: Callable[[float], None], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_version()
    champion()

    with django_assert_num_queries(0):
        champion()
        clock(0.4)
        champion()


def test_a_network_that_goes_on_is_not_loaded_again(clock: Callable[[float], None]) -> None:
    version = make_version()
    first = champion()
    version.promote(by=None, reason="once more")
    clock(1)

    assert champion().classifier is first.classifier


@pytest.mark.parametrize("artifact", [b"", b"rubbish"])
def test_after_a_broken_promotion_the_old_network_goes_on(
    clock: Callable[[float], None], caplog: pytest.LogCaptureFixture, artifact: bytes
) -> None:
    old = make_version()
    champion()
    break_artifact(make_version(), artifact)
    clock(1)

    assert champion().version == old
    assert "Cannot serve version 2" in caplog.text


def test_a_fresh_process_falls_back_to_the_version_promoted_before() -> None:
    old = make_version()
    break_artifact(make_version())

    assert champion().version == old


def test_with_nothing_but_broken_versions_no_model_is_in_service() -> None:
    break_artifact(make_version())

    with pytest.raises(NoModelInService):
        champion()


def test_a_broken_version_is_tried_only_once(clock: Callable[[float], None], caplog: pytest.LogCaptureFixture) -> None:
    make_version()
    break_artifact(make_version())
    for _ in range(3):
        champion()
        clock(1)

    assert caplog.text.count("Cannot serve") == 1


def test_when_the_champion_is_deleted_the_one_before_it_is_served(clock: Callable[[float], None]) -> None:
    old, newest = make_version(), make_version()
    champion()
    newest.delete()
    clock(1)

    assert champion().version == old


def test_when_the_last_version_is_deleted_no_model_is_in_service(clock: Callable[[float], None]) -> None:
    version = make_version()
    champion()
    version.delete()
    clock(1)

    with pytest.raises(NoModelInService):
        champion()


def test_while_the_database_is_away_the_old_network_goes_on(
    clock: Callable[[float], None], caplog: pytest.LogCaptureFixture
) -> None:
    version = make_version()
    champion()
    clock(1)

    with connection.execute_wrapper(fail):
        assert champion().version == version

    assert "goes on serving" in caplog.text


def test_a_process_that_never_reached_the_database_says_so() -> None:
    make_version()

    with connection.execute_wrapper(fail), pytest.raises(DatabaseError):
        champion()
    assert champion()


def test_once_the_database_is_back_the_promotion_is_served(clock: Callable[[float], None]) -> None:
    make_version()
    champion()
    newest = make_version()
    clock(1)
    with connection.execute_wrapper(fail):
        champion()
    clock(1)

    assert champion().version == newest


def test_a_database_that_is_slow_to_fail_is_left_alone_for_a_while(
    clock: Callable[[float], None], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def time_out(*_: object) -> None:
        clock(3)
        raise DatabaseError

    make_version()
    champion()
    clock(1)
    with connection.execute_wrapper(time_out):
        champion()
    clock(5)
    with django_assert_num_queries(0):
        champion()
    newest = make_version()
    clock(1)
    assert champion().version == newest


def test_what_is_served_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    make_version()

    with caplog.at_level(logging.INFO, "recognition"):
        champion()

    assert caplog.messages == ["Now serving version 1."]


def fail(*_: object) -> None:
    raise DatabaseError("gone")


@pytest.mark.django_db(transaction=True)
def test_threads_that_start_together_load_one_network() -> None:
    make_version()
    together = threading.Barrier(4)

    def get(_: int) -> LoadedModel:
        together.wait()
        try:
            return champion()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        champions = list(threads.map(get, range(4)))

    assert len({id(one.classifier) for one in champions}) == 1


@pytest.mark.django_db(transaction=True)
def test_while_one_thread_loads_the_next_network_the_others_go_on(
    clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = make_version()
    champion()
    newest = make_version()
    loading, may_finish = threading.Event(), threading.Event()
    load = ModelVersion.load

    def slowly(version: ModelVersion) -> object:
        loading.set()
        may_finish.wait(10)
        return load(version)

    def reload() -> LoadedModel:
        try:
            return module.champion()
        finally:
            connection.close()

    monkeypatch.setattr(ModelVersion, "load", slowly)
    clock(1)
    with ThreadPoolExecutor(1) as threads:
        reloaded = threads.submit(reload)
        loading.wait(10)
        meanwhile = champion().version
        may_finish.set()

    assert meanwhile == old
    assert reloaded.result().version == newest
