from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from pytest_django import Settings

from recognition.imaging.rasterize import rasterize
from recognition.models import DoodleClass, ModelVersion
from tests.factories import make_version
from tests.training.accepted import accept
from tests.training.doodlenet import save_doodlenet
from tests.training.doodles import KINDS, doodles, save_base
from training import pipeline
from training.data.dataset import TooFewDrawings
from training.jobs.repetition import config_like
from training.models import Checkpoint, LostLease, TrainingRun, Weights
from training.pipeline import promote_version, run_training
from training.progress import Progress
from training.quickdraw.errors import MissingFile

pytestmark = [pytest.mark.tensorflow, pytest.mark.django_db, pytest.mark.usefixtures("classes")]

QUICK = {"preset": "quick", "epochs": 1, "seed": 1}


def begin(version: ModelVersion | None = None, **config: Any) -> TrainingRun:
    return TrainingRun.objects.begin(QUICK | config, by=None, reason="test", version=version)


def test_a_run_ends_with_a_version_in_service(base: Path) -> None:
    run = begin()
    run_training(run)
    version = ModelVersion.objects.current()
    assert version == run.version
    assert version.labels == list(KINDS)
    assert run.verdict["passed"]
    assert version.metrics["base"]["count"] == sum(one["base"]["test"] for one in run.manifest["classes"].values())
    assert [set(epoch) for epoch in run.history] == [{"epoch", "loss", "accuracy", "val_loss", "val_accuracy"}]


def test_an_interrupted_run_goes_on_after_its_last_whole_epoch(base: Path) -> None:
    run = begin(epochs=2)
    with pytest.raises(KeyboardInterrupt):
        run_training(run, interrupt_after_an_epoch)
    [first] = run.history
    run_training(run)
    assert [epoch["epoch"] for epoch in run.history] == [1, 2]
    assert run.history[0] == first
    assert not Checkpoint.objects.exists()


def test_a_checkpoint_that_learnt_from_other_drawings_does_not_count(base: Path) -> None:
    run = begin(epochs=2)
    with pytest.raises(KeyboardInterrupt):
        run_training(run, interrupt_after_an_epoch)
    [first] = run.history
    save_base(base, {"ring": 50})
    run_training(run)
    assert run.history[0] != first


def test_a_run_that_has_its_version_makes_no_second_one(base: Path) -> None:
    run = begin()
    run_training(run)
    run_training(run)
    assert ModelVersion.objects.count() == 1
    assert run.version is not None
    assert run.version.promotions.count() == 1


def test_a_version_that_only_has_to_be_judged_is_not_trained(base: Path) -> None:
    champion = make_version(labels=["cross", *"abcde"])
    candidate = make_version(labels=["ring", *"fghij"], promoted=False)
    run = begin(version=candidate)
    run_training(run)
    assert run.verdict["outcome"] == "refused"  # it no longer knows crosses
    assert (run.version, run.history, run.manifest) == (candidate, [], {})
    assert ModelVersion.objects.current() == champion


def test_a_registered_version_keeps_the_manifest_of_what_it_learnt_from(base: Path) -> None:
    run = begin()
    run_training(run)
    learnt_from = run.manifest
    save_base(base, {"ring": 50})
    run_training(run)
    run.refresh_from_db()
    assert run.manifest == learnt_from


def test_a_cancelled_run_stops_and_registers_nothing(base: Path) -> None:
    run = begin()
    run.cancel()
    with pytest.raises(LostLease):
        run_training(run)
    assert not ModelVersion.objects.exists()


def test_a_worse_version_is_registered_but_not_promoted(base: Path) -> None:
    good = begin(epochs=20)
    run_training(good)
    good.end(TrainingRun.Status.SUCCEEDED)
    bad = begin(warm_start=False, learning_rate=1e-6)
    run_training(bad)
    assert not bad.verdict["passed"]
    assert ModelVersion.objects.current() == good.version != bad.version


def test_promotion_waits_for_people_where_the_setting_says_so(base: Path, settings: Settings) -> None:
    settings.TRAINING_PROMOTES = False
    run = begin()
    run_training(run)
    assert run.verdict["passed"]
    assert ModelVersion.objects.current() is None


def test_a_run_may_be_taught_by_doodlenet(base: Path) -> None:
    run = begin(doodlenet=True, epochs=1)
    with pytest.raises(MissingFile, match="DoodleNet's weights are not in"):
        run_training(run)
    save_doodlenet(base, list(KINDS))
    run_training(run)
    assert run.version is not None
    assert run.recipe["teacher_share"] == 0.95


def test_a_warm_start_goes_on_from_the_champion_and_learns_a_new_class(base: Path, settings: Settings) -> None:
    settings.TRAINING_TRUSTS_EVERYBODY = True  # a network of two classes is sure that whatever it sees is one of them
    (base / "full/numpy_bitmap/ring.npy").unlink()
    first = begin(epochs=8)
    run_training(first)
    first.end(TrainingRun.Status.SUCCEEDED)
    accept(doodles("ring", 40, seed=5), label="ring")
    second = begin(epochs=20)
    run_training(second)
    assert second.version is not None
    assert second.version.parent == first.version
    assert second.version.labels == list(KINDS)
    assert second.history[-1]["val_accuracy"] > 0.8


def test_words_that_are_mirror_images_of_each_other_are_told_apart_where_direction_matters(base: Path) -> None:
    arrows = {"left arrow": arrow_drawings(mirrored=False), "right arrow": arrow_drawings(mirrored=True)}
    for name, pixels in arrows.items():
        np.save(base / f"full/numpy_bitmap/{name}.npy", pixels)
        DoodleClass.objects.create(name=name, direction_matters=True)
    run = begin(classes=[*arrows, "cross"], epochs=80)
    run_training(run)
    assert run.version is not None
    classifier = run.version.load()
    for name, pixels in arrows.items():
        best = classifier.logits(pixels.reshape(-1, 28, 28)).argmax(axis=1)
        assert (best == classifier.labels.index(name)).mean() > 0.9


def test_a_run_stores_its_whole_recipe_and_a_checkpoint_of_another_one_does_not_count(base: Path) -> None:
    run = begin(epochs=2)
    with pytest.raises(KeyboardInterrupt):
        run_training(run, interrupt_after_an_epoch)
    assert run.recipe["epochs"] == 2
    assert run.recipe["versions"]["keras"]
    [first] = run.history
    run.write(config=run.config | {"learning_rate": 1e-5})
    run_training(run)
    assert run.recipe["learning_rate"] == 1e-5
    assert run.history[0] != first


def test_a_run_stores_its_commit_device_and_the_seconds_of_its_stages(base: Path) -> None:
    run = begin()
    run_training(run)
    run.end(TrainingRun.Status.SUCCEEDED)
    run.refresh_from_db()
    assert run.commit
    assert run.device
    assert set(run.stage_seconds) == set(TrainingRun.Stage)


def test_a_repeated_lesson_starts_from_the_weights_that_the_lesson_started_from(base: Path) -> None:
    parent = begin()
    run_training(parent)
    parent.end(TrainingRun.Status.SUCCEEDED)
    lesson = begin(promote=True)
    run_training(lesson)
    lesson.end(TrainingRun.Status.SUCCEEDED)
    assert lesson.version
    lesson.version.promote(by=None, reason="so that another version is in service")
    repetition = TrainingRun.objects.begin(config_like(lesson).to_dict(), by=None, reason="test", repeats=lesson)
    run_training(repetition)
    assert repetition.version
    assert repetition.version.parent == lesson.version.parent == parent.version
    assert repetition.recipe == lesson.recipe


def test_a_resumed_run_keeps_the_precision_that_it_began_with(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = begin(epochs=2)
    monkeypatch.setattr(pipeline, "fastest_precision", lambda: "float32")
    with pytest.raises(KeyboardInterrupt):
        run_training(run, interrupt_after_an_epoch)
    [first] = run.history
    monkeypatch.setattr(pipeline, "fastest_precision", lambda: "mixed_bfloat16")  # as on another host
    run_training(run)
    assert (run.recipe["precision"], run.history[0]) == ("float32", first)


def test_a_version_that_people_put_in_service_meanwhile_is_not_replaced_unseen(base: Path) -> None:
    run = begin()
    version, compared = make_version(promoted=False), make_version()
    by_hand = make_version()
    assert not promote_version(run, version, compared)
    assert ModelVersion.objects.current() == by_hand
    assert promote_version(run, version, by_hand)
    assert ModelVersion.objects.current() == version


def test_weights_are_kept_for_the_next_warm_start(base: Path) -> None:
    run = begin()
    run_training(run)
    assert Weights.objects.get().version == run.version


def test_nothing_to_train_on_is_said_so(settings: Settings, tmp_path: Path) -> None:
    settings.QUICKDRAW_DIR = tmp_path
    with pytest.raises(TooFewDrawings):
        run_training(begin())


def arrow_drawings(*, mirrored: bool) -> npt.NDArray[np.uint8]:
    """Return 150 arrows to the left or to the right: uint8 (150, 784)."""
    random = np.random.default_rng(int(mirrored))
    side = -1 if mirrored else 1
    shapes = [np.array([[0, 0], [10, 0]]), np.array([[3, -3], [0, 0], [3, 3]])]
    drawn = [
        [(points * [side, 1] + random.normal(0, 0.3, points.shape)).T.tolist() for points in shapes] for _ in range(150)
    ]
    return np.array([rasterize(strokes).reshape(784) for strokes in drawn])


def interrupt_after_an_epoch(progress: Progress) -> None:
    """Kill the run's worker, so to speak, once an epoch is stored."""
    if Checkpoint.objects.exists():
        raise KeyboardInterrupt
