from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from recognition.models import DoodleClass
from tests.training.doodles import KINDS, save_base


@pytest.fixture
def base(settings: Settings, tmp_path: Path) -> Path:
    """A folder of official files with 60 crosses, rings and zigzags each."""
    settings.QUICKDRAW_DIR = tmp_path
    save_base(tmp_path, dict.fromkeys(KINDS, 60))
    return tmp_path


@pytest.fixture
def classes(db: None) -> None:
    DoodleClass.objects.ensure(KINDS)
