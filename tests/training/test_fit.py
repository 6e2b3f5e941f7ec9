from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from recognition.inference.results import softmax
from tests.training.doodles import KINDS, doodles
from training.augmentation.batches import Batches, Pools
from training.data.drawing_index import Drawings, Part
from training.fit import Student, fit, make_student
from training.hyperparameters import Hyperparameters

pytestmark = pytest.mark.tensorflow

ROWS = np.arange(40, dtype=np.int32)
SMALL = Hyperparameters(channels=(8, 16), blocks=(0, 0), batch_size=32, epochs=2, steps_per_epoch=20)


def drawings(seed: int = 0) -> Drawings:
    return Drawings([Part(target, doodles(kind, 40, seed), ROWS) for target, kind in enumerate(KINDS)])


def learn(student: Student, finished: int = 0, pools: Pools | None = None, **callbacks: Any) -> None:
    batches = Batches(pools or Pools(drawings()), student.hyperparameters, epoch=finished)
    fit(student, batches, [keras.callbacks.LambdaCallback(**callbacks)], finished)


def accuracy(student: Student) -> float:
    return float((student.logits(drawings(7)).argmax(axis=1) == drawings(7).targets).mean())


def test_a_network_learns_simple_drawings() -> None:
    student = make_student(KINDS, SMALL)
    losses: list[float] = []
    learn(student, on_epoch_end=lambda epoch, logs: losses.append(logs["loss"]))
    assert losses[1] < losses[0]
    assert accuracy(student) > 0.6


def test_going_on_from_a_state_is_as_if_nothing_had_happened() -> None:
    whole, half, rest = (make_student(KINDS, SMALL) for _ in range(3))
    learn(whole)
    learn(half, on_epoch_end=stop_after(half, epoch=0))
    rest.restore(half.state())
    learn(rest, finished=1)
    for after, expected in zip(rest.network.get_weights(), whole.network.get_weights(), strict=True):
        np.testing.assert_allclose(after, expected, rtol=1e-3, atol=1e-4)


def test_a_callback_can_stop_it_in_the_middle_of_an_epoch() -> None:
    class Stop(Exception): ...

    def stop(batch: int, logs: object) -> None:
        raise Stop

    with pytest.raises(Stop):
        learn(make_student(KINDS, SMALL), on_train_batch_end=stop)


def test_scribbles_teach_to_be_unsure() -> None:
    zigzags = drawings().targets == 2
    pools = Pools(drawings().select(~zigzags), outliers=doodles("zigzag", 40))
    student = make_student(KINDS, SMALL)
    learn(student, pools=pools)
    confidence = softmax(student.logits(drawings())).max(axis=1)
    assert confidence[zigzags].mean() < confidence[~zigzags].mean()


def test_the_teachers_answer_is_a_part_of_the_target_where_it_is_right() -> None:
    student, teacher = make_student(KINDS, SMALL), make_student(KINDS, SMALL).network
    taught = Student(student.network, SMALL, teacher)
    images = drawings().pixels(np.arange(120)).reshape(-1, 28, 28, 1).astype(np.float32) / 255
    answers = teacher(images).numpy()
    is_right = answers.argmax(axis=1) == drawings().targets
    shares = np.full(120, 0.5, np.float32)
    goals = taught.goals(images, drawings().targets, shares).numpy()
    labels = student.goals(images, drawings().targets, shares).numpy()
    np.testing.assert_allclose(goals[~is_right], labels[~is_right], atol=1e-6)
    np.testing.assert_allclose(goals[is_right], (labels + softmax(answers))[is_right] / 2, atol=1e-5)
    np.testing.assert_allclose(goals.sum(axis=1), 1, atol=1e-5)


def test_the_teacher_learns_nothing_itself() -> None:
    teacher = make_student(KINDS, SMALL).network
    before = teacher.get_weights()
    learn(Student(make_student(KINDS, SMALL).network, SMALL, teacher))
    for after, expected in zip(teacher.get_weights(), before, strict=True):
        np.testing.assert_array_equal(after, expected)


def stop_after(student: Student, epoch: int) -> Callable[[int, Any], None]:
    def stop(finished: int, logs: object) -> None:
        student.stop_training = finished == epoch

    return stop
