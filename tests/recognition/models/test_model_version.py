from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from recognition.inference.results import InvalidArtifact
from recognition.models import DoodleClass, ModelVersion, Promotion
from tests.factories import make_class, make_user, make_version

pytestmark = pytest.mark.django_db


def test_versions_are_numbered_from_one() -> None:
    assert [make_version().number, make_version().number] == [1, 2]


def test_a_number_is_not_used_again_while_a_later_version_is_there() -> None:
    make_version().delete()
    make_version()
    make_version()

    assert list(ModelVersion.objects.values_list("number", flat=True)) == [2, 1]


@pytest.mark.django_db(transaction=True)
def test_versions_registered_at_once_get_numbers_of_their_own() -> None:
    together = Barrier(6)

    def register(_: int) -> int:
        together.wait()
        try:
            return make_version(promoted=False).number
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as hosts:
        numbers = list(hosts.map(register, range(6)))

    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]


def test_registering_makes_the_classes_that_are_missing() -> None:
    DoodleClass.objects.create(name="cat", active=False)

    make_version()

    assert DoodleClass.objects.count() == 6
    assert not make_class("cat").active


def test_a_registered_version_is_not_in_service() -> None:
    make_version(promoted=False)

    assert ModelVersion.objects.current() is None


def test_the_version_promoted_last_is_current() -> None:
    older, newer = make_version(), make_version()
    assert ModelVersion.objects.current() == newer

    older.promote(by=None, reason="roll back")

    assert ModelVersion.objects.current() == older


def test_each_promotion_is_recorded() -> None:
    user = make_user()
    version = make_version(promoted=False)

    version.promote(by=user, reason="first")
    version.promote(by=None, reason="again")

    recorded = Promotion.objects.order_by("id").values_list("by", "reason")
    assert list(recorded) == [(user.pk, "first"), (None, "again")]


@pytest.mark.parametrize("artifact", [b"", b"rubbish"])
def test_a_version_that_cannot_run_is_not_promoted(artifact: bytes) -> None:
    version = make_version(promoted=False)
    ModelVersion.objects.update(artifact=artifact)

    with pytest.raises(InvalidArtifact):
        version.promote(by=None, reason="why not")

    assert ModelVersion.objects.current() is None
    assert not Promotion.objects.exists()


def test_lists_never_load_the_artifacts() -> None:
    make_version()

    assert "artifact" in ModelVersion.objects.promoted()[0].get_deferred_fields()
