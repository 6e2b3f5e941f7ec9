from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recognition.inference.results import softmax
from recognition.models import ModelVersion
from tests.training.doodlenet import save_doodlenet
from tests.training.doodles import KINDS, doodles
from training.config import Preset
from training.data.drawing_index import Drawings, Part
from training.fit import make_student
from training.hyperparameters import Hyperparameters
from training.network.cnn import predict
from training.network.teacher import (
    CONTRAST,
    FLOOR,
    MANY_DRAWINGS,
    doodlenet,
    teacher_shares,
    version_as_teacher,
    with_contrast,
)
from training.network.warm_start import WarmStart
from training.network.weights import weight_arrays
from training.quickdraw.errors import CorruptFile, MissingFile
from training.quickdraw.folder import QuickDrawFolder

pytestmark = pytest.mark.tensorflow

SMALL = Hyperparameters(channels=(8, 16, 32), blocks=(0, 0, 0))


def drawings(*counts: int) -> Drawings:
    """Return so many drawings of each kind."""
    parts = zip(KINDS, counts, strict=False)
    return Drawings([Part(t, doodles(kind, n), np.arange(n, dtype=np.int32)) for t, (kind, n) in enumerate(parts)])


def test_a_version_gives_a_class_that_it_does_not_know_no_chance() -> None:
    known = make_student(KINDS[:2], SMALL).network
    version = WarmStart(ModelVersion(labels=list(KINDS[:2])), Preset.QUICK, weight_arrays(known))
    shown = drawings(20, 20)
    answers = softmax(predict(version_as_teacher(version, KINDS, "float32"), shown))
    np.testing.assert_allclose(answers[:, :2], softmax(predict(known, shown)), atol=1e-5)
    assert not answers[:, 2].any()


def test_doodlenet_answers_for_the_classes_that_are_asked_about(tmp_path: Path) -> None:
    folder = save_doodlenet(tmp_path, ["zigzag", "cross"])
    shown = drawings(20, 20)
    answers = softmax(predict(doodlenet(folder, ["cross", "zigzag"], "float32"), shown))
    turned_around = softmax(predict(doodlenet(folder, ["zigzag", "cross"], "float32"), shown))
    np.testing.assert_allclose(answers, turned_around[:, ::-1], atol=1e-5)
    with_unknown = softmax(predict(doodlenet(folder, ["cross", "ring", "zigzag"], "float32"), shown))
    np.testing.assert_allclose(with_unknown[:, 1], 0, atol=1e-5)


def test_doodlenet_answers_a_drawing_and_its_mirror_image_alike(tmp_path: Path) -> None:
    teacher = doodlenet(save_doodlenet(tmp_path, list(KINDS)), KINDS, "float32")
    images = drawings(20).pixels(np.arange(20)).reshape(-1, 28, 28, 1).astype(np.float32) / 255
    np.testing.assert_allclose(teacher(images), teacher(images[:, :, ::-1]), atol=1e-4)


def test_a_teacher_recognizes_a_pale_picture_with_its_contrast_restored(tmp_path: Path) -> None:
    teacher = doodlenet(save_doodlenet(tmp_path, list(KINDS)), KINDS, "float32")
    images = drawings(20).pixels(np.arange(20)).reshape(-1, 28, 28, 1).astype(np.float32) / 255
    pale = (images + FLOOR) / CONTRAST
    np.testing.assert_allclose(with_contrast(teacher)(pale), teacher(images), atol=1e-4)


def test_without_doodlenets_weights_it_says_where_they_are_expected(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="expected in teacher"):
        doodlenet(QuickDrawFolder(tmp_path), KINDS, "float32")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_a_file_that_holds_something_else_is_named(tmp_path: Path, content: bytes) -> None:
    folder = save_doodlenet(tmp_path, list(KINDS))
    (tmp_path / "teacher" / "doodlenet.npz").write_bytes(content)
    with pytest.raises(CorruptFile, match="does not hold DoodleNet's weights"):
        doodlenet(folder, KINDS, "float32")


def test_improbable_labels_do_not_count_where_there_are_many_drawings_and_the_teacher_not_elsewhere() -> None:
    network = make_student(KINDS, SMALL).network
    *body, kernel, _ = network.get_weights()
    network.set_weights([*body, kernel * 0, np.array([-9.0, -9.0, 9.0], np.float32)])  # sure of zigzags
    shares = teacher_shares(network, drawings(MANY_DRAWINGS, 30, 30), 0.7)
    np.testing.assert_allclose(shares, [1.0] * MANY_DRAWINGS + [0.0] * 30 + [0.7] * 30, atol=1e-6)
