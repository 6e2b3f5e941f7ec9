from __future__ import annotations

from typing import Any

import pytest

from recognition.models import DoodleClass
from training.config import InvalidConfig, Preset, TrainingConfig

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def classes() -> None:
    DoodleClass.objects.ensure(["cat", "dog"])
    DoodleClass.objects.create(name="unicorn", active=False)


def errors_of(given: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidConfig) as refused:
        TrainingConfig.from_dict(given)
    return refused.value.errors


def test_nothing_asked_gives_the_defaults() -> None:
    assert TrainingConfig.from_dict({}) == TrainingConfig()


def test_a_config_survives_the_way_through_json() -> None:
    config = TrainingConfig(preset=Preset.BEST, classes=("dog", "cat"), epochs=3, promote=False)
    assert TrainingConfig.from_dict(config.to_dict()) == config


def test_repeated_classes_count_once() -> None:
    assert TrainingConfig.from_dict({"classes": ["Dog", "cat", "dog"]}).classes == ("dog", "cat")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"preset": "huge"}, '"huge" is not a valid choice.'),
        ({"epochs": 0}, "Ensure this value is greater than or equal to 1."),
        ({"epochs": "many"}, "A valid integer is required."),
        ({"rows_per_class": 10**9}, "Ensure this value is less than or equal to 200000."),
        ({"learning_rate": -1}, "Ensure this value is greater than or equal to 1e-06."),
        ({"augmentation": 100}, "Ensure this value is less than or equal to 3."),
        ({"warm_start": "perhaps"}, "Must be a valid boolean."),
        ({"classes": "cat"}, 'Expected a list of items but got type "str".'),
        ({"classes": ["cat", {}]}, "item 1: Not a valid string."),
        ({"classes": ["cat", "horse"]}, "Not among the active classes: horse."),
        ({"classes": ["cat", "unicorn"]}, "Not among the active classes: unicorn."),
        ({"classes": ["dgo"]}, "Not among the active classes: dgo. Did you mean “dog”?"),
        ({"classes": ["cat", "CAT"]}, "Choose at least two classes."),
        ({"classes": ["cat"]}, "Choose at least two classes."),
        ({"seed": -1}, "Ensure this value is greater than or equal to 0."),
    ],
)
def test_what_is_impossible_is_named_by_field(given: dict[str, Any], message: str) -> None:
    assert errors_of(given) == {next(iter(given)): [message]}


def test_an_unknown_field_is_named() -> None:
    assert errors_of({"epoch": 3})["epoch"][0].startswith(
        "No such field; there are: augmentation, classes, doodlenet, epochs"
    )


def test_something_that_is_no_object_is_refused() -> None:
    assert errors_of(["quick"]) == {"config": ["Expected an object with fields like “epochs”."]}
