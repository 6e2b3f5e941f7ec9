from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recognition import starter
from recognition.models import ModelVersion
from tests.factories import make_version, ship_tiny
from training.config import Preset
from training.models import Weights
from training.models.npz import to_npz
from training.network.warm_start import find_warm_start

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the tiny network as the starter model, and weights beside it."""
    monkeypatch.setattr(starter, "FOLDER", tmp_path)
    ship_tiny(tmp_path)
    (tmp_path / "starter.npz").write_bytes(to_npz({"weight0": np.ones(3, np.float16)}))
    return tmp_path


def test_weights_in_the_database_are_gone_on_from() -> None:
    champion = make_version()
    Weights.objects.create(version=champion, preset="standard", npz=to_npz({"weight0": np.arange(3.0)}))
    start = find_warm_start(champion)
    assert start is not None
    assert (start.version, start.preset, start.arrays["weight0"].tolist()) == (champion, Preset.STANDARD, [0, 1, 2])


def test_the_starter_models_weights_ship_beside_it(shipped: Path) -> None:
    start = find_warm_start(make_version())
    assert start is not None
    assert (start.preset, start.arrays["weight0"].tolist()) == (Preset.QUICK, [1, 1, 1])


def test_another_versions_weights_are_not_the_starter_models(shipped: Path) -> None:
    champion = make_version()
    ModelVersion.objects.update(sha256="0" * 64)
    champion.refresh_from_db()
    assert find_warm_start(champion) is None


def test_without_a_champion_or_its_weights_training_starts_from_scratch(shipped: Path) -> None:
    (shipped / "starter.npz").unlink()
    assert find_warm_start(None) is None
    assert find_warm_start(make_version()) is None
