from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from recognition.models import DoodleClass, Drawing
from tests.factories import make_drawing, make_version
from training.config import InvalidConfig, TrainingConfig
from training.hyperparameters import Hyperparameters
from training.jobs.repetition import CannotRepeat, config_like, list_differences
from training.models import TrainingRun
from training.network.environment import code_commit, package_versions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def classes() -> None:
    DoodleClass.objects.ensure(["cat", "dog", "eye"])


def entry(train: list[str] | None = None) -> dict[str, Any]:
    return {
        "base": {"train": 800, "validation": 9, "test": 90, "near": 0},
        "base_digest": "d1",
        "collected": {"train": train or [], "validation": [], "test": []},
        "collected_left_out": {},
    }


def ended_run(**fields: Any) -> TrainingRun:
    """A run that learnt cats and dogs, with the code and the packages of now."""
    config = TrainingConfig(epochs=3, seed=7).to_dict()
    defaults = {
        "status": "succeeded",
        "config": config,
        "recipe": Hyperparameters(epochs=3, seed=7).to_dict() | {"versions": package_versions()},
        "manifest": {"classes": {"cat": entry(), "dog": entry()}, "parent": None},
        "commit": code_commit(),
        "started_at": timezone.now(),
    }
    return TrainingRun.objects.create(**defaults | fields)


def test_a_repetition_has_the_options_of_the_run_and_names_its_classes() -> None:
    config = config_like(ended_run())
    assert (config.epochs, config.seed, config.classes, config.warm_start) == (3, 7, ("cat", "dog"), False)


def test_a_run_that_went_on_from_a_version_is_repeated_with_a_warm_start() -> None:
    manifest = {"classes": {"cat": entry(), "dog": entry()}, "parent": make_version().number}
    assert config_like(ended_run(manifest=manifest)).warm_start


def test_single_options_may_differ() -> None:
    config = config_like(ended_run(), {"seed": 8})
    assert (config.epochs, config.seed) == (3, 8)


def test_what_the_recipe_decides_cannot_differ() -> None:
    with pytest.raises(CannotRepeat, match="decides about preset and warm-start"):
        config_like(ended_run(), {"preset": "best", "warm_start": True})


def test_an_impossible_option_is_named() -> None:
    with pytest.raises(InvalidConfig, match="epochs"):
        config_like(ended_run(), {"epochs": 0})


def test_a_run_without_a_recipe_cannot_be_repeated() -> None:
    run = ended_run(recipe={}, manifest={})
    with pytest.raises(CannotRepeat, match=f"Run {run.pk} has no recipe to repeat"):
        config_like(run)


def test_a_run_whose_classes_are_gone_cannot_be_repeated() -> None:
    run = ended_run()
    DoodleClass.objects.filter(name="cat").update(active=False)
    with pytest.raises(CannotRepeat, match="Fewer than two classes"):
        config_like(run)


def test_nothing_differs_while_nothing_has_changed() -> None:
    cat = make_drawing(label="cat")
    manifest = {"classes": {"cat": entry([str(cat.pk)]), "dog": entry()}, "parent": None}
    assert list_differences(ended_run(manifest=manifest)) == []


def test_other_code_and_packages_are_told() -> None:
    recipe = Hyperparameters().to_dict() | {"versions": {"numpy": "0.1", "tensorflow": "0.2"}}
    differences = list_differences(ended_run(recipe=recipe, commit="release 0.0.1"))
    assert f"The code is {code_commit()}, not release 0.0.1." in differences
    assert f"numpy {package_versions()['numpy']} is installed, not 0.1." in differences


def test_hyperparameters_of_another_release_are_told() -> None:
    recipe = Hyperparameters().to_dict() | {"versions": {}, "momentum": 0.9}
    del recipe["balance"]
    assert list_differences(ended_run(recipe=recipe)) == [
        "This release has no hyperparameter momentum.",
        "These hyperparameters are new, and take their defaults: balance.",
    ]


def test_classes_that_are_no_longer_active_are_told() -> None:
    run = ended_run()
    DoodleClass.objects.filter(name="cat").update(active=False)
    assert "Left out, as no longer active: cat." in list_differences(run)


def test_weights_that_are_gone_and_another_version_in_service_are_told() -> None:
    manifest = {"classes": {"cat": entry(), "dog": entry()}, "parent": 9}
    run = ended_run(manifest=manifest)
    make_version()
    gone, promoted = list_differences(run)
    assert gone.startswith("The weights of version 9, which it started from, are gone")
    assert promoted.startswith("Another version was put in service since.")


def test_drawings_that_were_deleted_or_added_since_are_counted() -> None:
    kept, deleted, rejected = (make_drawing(label="cat") for _ in range(3))
    keys = [str(drawing.pk) for drawing in (kept, deleted, rejected)]
    run = ended_run(manifest={"classes": {"cat": entry(keys), "dog": entry()}, "parent": None})
    deleted.delete()
    Drawing.objects.filter(pk=rejected.pk).update(status=Drawing.Status.REJECTED)
    make_drawing(label="dog")
    make_drawing(label="eye")  # of a class that the run did not learn
    assert list_differences(run) == [
        "2 of its collected drawings were deleted, hidden or labelled again since.",
        "1 collected drawings of its classes were accepted since.",
    ]
