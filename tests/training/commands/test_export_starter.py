from __future__ import annotations

from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from recognition import starter
from recognition.models import ModelVersion
from tests.factories import make_version
from training.models import TrainingRun, Weights
from training.models.npz import from_npz, to_npz

pytestmark = pytest.mark.django_db

CONFIG = {"preset": "quick", "classes": ["cat", "smiley face"], "epochs": None, "warm_start": False, "seed": 3}


@pytest.fixture
def version(base: Path) -> ModelVersion:
    """The tiny network, as if it had been trained here on what it takes for cats."""
    (base / "full/numpy_bitmap/cross.npy").rename(base / "full/numpy_bitmap/cat.npy")
    version = make_version()
    classes = {"cat": {"base": {"train": 900, "near": 5, "test": 100}, "collected": {"train": [], "test": []}}}
    classes["cat"]["collected_left_out"] = {}
    run = TrainingRun.objects.begin(CONFIG, by=None, reason="test")
    run.write(version=version, manifest={"classes": classes})
    Weights.objects.create(version=version, preset="quick", npz=to_npz({"weight0": np.ones(4, np.float32)}))
    return version


def export(version: int, folder: Path) -> str:
    out = StringIO()
    card = folder / "card.md"
    call_command("export_starter", str(version), "--folder", str(folder), "--card", str(card), stdout=out)
    return card.read_text()


def test_what_is_shipped_is_read_back_as_the_starter_model(version: ModelVersion, tmp_path: Path) -> None:
    export(version.number, tmp_path)
    shipped = starter.read(tmp_path)
    assert (shipped.artifact, list(shipped.labels)) == (bytes(version.artifact), version.labels)
    assert from_npz((tmp_path / "starter.npz").read_bytes())["weight0"].dtype == np.float16


def test_the_card_says_how_it_was_made_and_how_good_it_is(version: ModelVersion, tmp_path: Path) -> None:
    card = export(version.number, tmp_path)
    assert "manage.py train --preset quick --classes cat 'smiley face' --no-warm-start --seed 3" in card
    assert "on 905 real drawings" in card
    assert "| cat |" in card


def test_without_test_drawings_nothing_is_written(version: ModelVersion, base: Path, tmp_path: Path) -> None:
    (base / "full/numpy_bitmap/cat.npy").unlink()
    with pytest.raises(CommandError, match="no test drawings"):
        export(version.number, tmp_path)
    assert not (tmp_path / "starter.tflite").exists()


def test_a_version_that_was_not_trained_here_is_refused(base: Path, tmp_path: Path) -> None:
    make_version()
    with pytest.raises(CommandError, match="no version 1 that was trained here"):
        export(1, tmp_path)
