from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from recognition import sample_drawings
from recognition.imaging.splits import Split, split_of
from recognition.imaging.strokes import parse_strokes
from tests.training.accepted import accept
from tests.training.data.test_user_drawings import NO_BASE
from tests.training.doodles import doodles
from training.config import TrainingConfig
from training.data.sample_choice import choose_sample
from training.data.user_drawings import read_user_class
from training.jobs.preview import preview_run
from training.jobs.run_service import accepted_since_last_run
from training.quickdraw.folder import QuickDrawFolder

pytestmark = pytest.mark.django_db


def test_no_training_learns_from_samples() -> None:
    sample_drawings.add()
    (drawn_here,) = accept(doodles("cross", 1), label="cat")
    assert [one.pk for one in read_user_class("cat", NO_BASE, np.empty(0)).drawings] == [drawn_here.pk]


def test_samples_do_not_make_a_training_due_nor_count_in_its_preview() -> None:
    sample_drawings.add()
    assert accepted_since_last_run() == 0
    assert all(one.collected + one.held_out == 0 for one in preview_run(TrainingConfig()).classes)


def test_only_test_drawings_that_were_recognized_are_chosen(tmp_path: Path) -> None:
    pixels = doodles("cross", 60)
    for form in ("numpy_bitmap", "simplified"):
        (tmp_path / "full" / form).mkdir(parents=True)
    np.save(tmp_path / "full/numpy_bitmap/cross.npy", pixels)
    lines = [{"word": "cross", "recognized": row > 5, "drawing": [[[0, row], [0, 255]]]} for row in range(60)]
    (tmp_path / "full/simplified/cross.ndjson").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    fit = [row for row in range(6, 60) if split_of(pixels[row].reshape(28, 28)) is Split.TEST]
    line = json.loads(choose_sample(QuickDrawFolder(tmp_path), "cross") or "")
    assert line == lines[fit[0]]
    assert parse_strokes(line["drawing"])
