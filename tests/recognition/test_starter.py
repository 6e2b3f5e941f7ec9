from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from recognition import starter
from recognition.inference.results import InvalidArtifact
from recognition.models import DoodleClass, ModelVersion, Promotion
from tests.factories import make_version, ship_tiny


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as the starter model's, with the tiny network in it."""
    return ship_tiny(tmp_path)


@pytest.fixture
def model(folder: Path) -> starter.StarterModel:
    return starter.read(folder)


@pytest.fixture
def older_model(model: starter.StarterModel) -> starter.StarterModel:
    return replace(model, artifact=model.artifact + b"\0" * 16)  # other bytes, the same network


def test_reading_gives_labels_calibration_and_metrics(folder: Path) -> None:
    model = starter.read(folder)
    assert model.labels[:2] == ("banana", "cat")
    assert model.calibration.temperature == 0.7
    assert model.metrics == {"top1": 0.9}


def test_an_empty_folder_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(starter.NoStarterModel, match=r"starter\.json"):
        starter.read(tmp_path)


@pytest.mark.parametrize("size", [0, 100, 5_000])
def test_a_network_that_came_in_part_is_told_so_and_not_run(folder: Path, size: int) -> None:
    network = folder / "starter.tflite"
    network.write_bytes(network.read_bytes()[:size])
    with pytest.raises(starter.NoStarterModel, match="not the network"):
        starter.read(folder)


def test_damaged_statistics_are_told_so(folder: Path) -> None:
    (folder / "starter.features.npz").write_bytes(b"PK\3\4 and no more")
    with pytest.raises(starter.NoStarterModel, match="damaged"):
        starter.read(folder)


@pytest.mark.parametrize("damage", ["", "[]", "[" * 100_000, '{"labels": ["cat"]}', "\0"])
def test_damaged_facts_are_told_so(folder: Path, damage: str) -> None:
    (folder / "starter.json").write_text(damage)
    with pytest.raises(starter.NoStarterModel, match="damaged"):
        starter.read(folder)


@pytest.mark.django_db
def test_installing_on_a_new_site_puts_it_in_service_and_makes_its_classes(model: starter.StarterModel) -> None:
    version = starter.install(model)
    assert ModelVersion.objects.current() == version
    assert set(DoodleClass.objects.values_list("name", flat=True)) == set(model.labels)


@pytest.mark.django_db
def test_installing_twice_changes_nothing(model: starter.StarterModel) -> None:
    assert starter.install(model) == starter.install(model)
    assert Promotion.objects.count() == 1


@pytest.mark.django_db
def test_a_version_that_somebody_chose_stays_in_service(model: starter.StarterModel) -> None:
    chosen = make_version(promoted=False)
    chosen.promote(by=User.objects.create_user("eva"), reason="better")
    starter.install(replace(model, artifact=model.artifact + b"\0" * 16))
    assert ModelVersion.objects.current() == chosen


@pytest.mark.django_db
def test_a_new_starter_model_is_a_candidate_beside_an_older_one(
    model: starter.StarterModel, older_model: starter.StarterModel
) -> None:
    older = starter.install(older_model)
    newer = starter.install(model)
    assert ModelVersion.objects.current() == older
    assert newer.promoted_at is None


@pytest.mark.django_db
def test_its_new_classes_are_active_once_it_is_promoted(
    model: starter.StarterModel, older_model: starter.StarterModel
) -> None:
    starter.install(replace(older_model, labels=("a", *older_model.labels[1:])))
    missing = model.labels[0]
    newer = starter.install(model)
    assert not DoodleClass.objects.get(name=missing).active
    newer.promote(by=None, reason="run 1 passed the gate", automatic=True)
    assert DoodleClass.objects.get(name=missing).active


@pytest.mark.django_db
def test_a_class_that_was_deactivated_stays_so_whatever_is_promoted(
    model: starter.StarterModel, older_model: starter.StarterModel
) -> None:
    starter.install(older_model)
    DoodleClass.objects.filter(name=model.labels[0]).update(active=False)
    starter.install(model).promote(by=None, reason="run 1 passed the gate", automatic=True)
    assert not DoodleClass.objects.get(name=model.labels[0]).active


@pytest.mark.django_db
def test_a_host_that_still_ships_the_older_starter_model_does_not_bring_it_back(
    model: starter.StarterModel, older_model: starter.StarterModel
) -> None:
    starter.install(older_model)
    newer = starter.install(model)
    newer.promote(by=None, reason="run 1 passed the gate", automatic=True)
    starter.install(older_model)
    assert ModelVersion.objects.current() == newer


@pytest.mark.django_db
def test_going_back_to_the_starter_model_by_hand_is_a_choice_too(
    model: starter.StarterModel, older_model: starter.StarterModel
) -> None:
    first = starter.install(older_model)
    first.promote(by=None, reason="The others were worse.")
    starter.install(model)
    assert ModelVersion.objects.current() == first


@pytest.mark.django_db
def test_a_starter_model_that_cannot_run_leaves_nothing_behind(model: starter.StarterModel) -> None:
    with pytest.raises(InvalidArtifact):
        starter.install(replace(model, artifact=b"no network"))
    assert not ModelVersion.objects.exists()
    assert not DoodleClass.objects.exists()
