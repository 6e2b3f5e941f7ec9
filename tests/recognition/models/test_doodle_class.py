from __future__ import annotations

import pytest
from django.db import IntegrityError

from recognition.models import DoodleClass
from tests.factories import make_class, make_version

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["cat", "Cat", "CAT"])
def test_a_class_is_found_in_upper_or_lower_case(name: str) -> None:
    assert DoodleClass.objects.named(name) is None
    cat = make_class("cat")

    assert DoodleClass.objects.named(name) == cat


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("pi\u00f1ata", "PIN\u0303ATA"),
        ("ice cream", "Ice\u00a0\u2003Cream"),
        ("Straße", "STRASSE"),
        ("\u03b3\u03ac\u03c4\u03bf\u03c2", "\u0393\u0386\u03a4\u039f\u03a3"),  # with a final sigma
    ],
)
def test_a_word_is_one_in_every_case_unicode_form_and_spacing(name: str, same: str) -> None:
    make_class(name)

    assert DoodleClass.objects.named(same)
    with pytest.raises(IntegrityError):
        DoodleClass.objects.create(name=same)


def test_no_class_has_a_name_that_a_database_cannot_store() -> None:
    assert DoodleClass.objects.named("c\0t") is None
    assert DoodleClass.objects.named("\ud800") is None


def test_what_the_release_before_added_during_an_upgrade_is_found_too() -> None:
    robot = make_class("Robot")
    DoodleClass.objects.update(key=None)

    assert DoodleClass.objects.add("robot") == (robot, False)
    DoodleClass.objects.ensure(["robot"])
    assert DoodleClass.objects.count() == 1


def test_a_version_names_its_labels_as_the_site_writes_them() -> None:
    make_class("Cat")

    assert "Cat" in make_version().labels
    assert [one.name for one in DoodleClass.objects.filter(name__iexact="cat")] == ["Cat"]


@pytest.mark.parametrize("name", ["c%", "_at", "ca", "cats", ""])
def test_a_similar_name_is_another(name: str) -> None:
    make_class("cat")

    assert DoodleClass.objects.named(name) is None


def test_ensuring_classes_leaves_those_that_are_there() -> None:
    DoodleClass.objects.create(name="cat", active=False)

    DoodleClass.objects.ensure(["cat", "dog"])

    assert [one.name for one in DoodleClass.objects.active()] == ["dog"]
    assert DoodleClass.objects.count() == 2
