from __future__ import annotations

import pytest

from recognition.models import DoodleClass
from tests.factories import make_class

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["cat", "Cat", "CAT"])
def test_a_class_is_found_in_upper_or_lower_case(name: str) -> None:
    assert DoodleClass.objects.named(name) is None
    cat = make_class("cat")

    assert DoodleClass.objects.named(name) == cat


@pytest.mark.parametrize("name", ["c%", "_at", "ca", "cats", ""])
def test_a_similar_name_is_another(name: str) -> None:
    make_class("cat")

    assert DoodleClass.objects.named(name) is None


def test_ensuring_classes_leaves_those_that_are_there() -> None:
    DoodleClass.objects.create(name="cat", active=False)

    DoodleClass.objects.ensure(["cat", "dog"])

    assert [one.name for one in DoodleClass.objects.active()] == ["dog"]
    assert DoodleClass.objects.count() == 2
