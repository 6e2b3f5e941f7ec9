from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from recognition.inference.results import softmax
from tests.training.doodles import KINDS, doodles
from training.augmentation.batches import Batch, Batches, Pools
from training.data.drawing_index import Drawings, Part
from training.fit import Student, fit, make_student
from training.hyperparameters import Hyperparameters
from training.network.cnn import predict

pytestmark = pytest.mark.tensorflow

ROWS = np.arange(40, dtype=np.int32)
SMALL = Hyperparameters(channels=(8, 16), blocks=(0, 0), batch_size=32, epochs=2, steps_per_epoch=20)


def drawings(seed: int = 0) -> Drawings:
    return Drawings([Part(target, doodles(kind, 40, seed), ROWS) for target, kind in enumerate(KINDS)])


def learn(student: Student, finished: int = 0, pools: Pools | None = None, **callbacks: Any) -> None:
    batches = Batches(pools or Pools(drawings()), student.hyperparameters)
    fit(student, batches, [keras.callbacks.LambdaCallback(**callbacks)], finished)


def accuracy(student: Student) -> float:
    return float((predict(student.network, drawings(7)).argmax(axis=1) == drawings(7).targets).mean())


def test_a_network_learns_simple_drawings() -> None:
    student = make_student(KINDS, SMALL)
    losses: list[float] = []
    learn(student, on_epoch_end=lambda epoch, logs: losses.append(logs["loss"]))
    assert losses[1] < losses[0]
    assert accuracy(student) > 0.6


def test_a_network_learns_in_float16_as_on_a_gpu_without_bfloat16() -> None:
    student = make_student(KINDS, replace(SMALL, precision="mixed_float16"))
    learn(student)
    assert accuracy(student) > 0.6


def test_it_trains_without_xla_where_there_is_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    # Keras looks here when it decides about XLA, which fails on a processor as on a GPU.
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda: [tf.config.PhysicalDevice("GPU:0", "GPU")])
    learn(make_student(KINDS, replace(SMALL, epochs=1, steps_per_epoch=2)))


def test_metrics_are_fetched_after_each_epoch_and_not_after_each_step() -> None:
    steps: list[dict[str, float]] = []
    epochs: list[dict[str, float]] = []
    learn(
        make_student(KINDS, SMALL),
        on_train_batch_end=lambda batch, logs: steps.append(logs),
        on_epoch_end=lambda epoch, logs: epochs.append(logs),
    )
    assert {*steps[0], *steps[-1]} == {"step"}
    assert [set(epoch) for epoch in epochs] == [{"loss", "accuracy"}] * SMALL.epochs


def test_the_next_batch_is_made_while_the_network_learns() -> None:
    class Watched(Batches):
        asked = [Event() for _ in range(SMALL.steps_per_epoch)]

        def __getitem__(self, step: int) -> Batch:
            self.asked[step].set()
            return super().__getitem__(step)

    def wait(batch: int, logs: object) -> None:
        prefetched.append(Watched.asked[batch].wait(timeout=20))

    short = replace(SMALL, epochs=1, steps_per_epoch=6)
    prefetched: list[bool] = []
    waiting = keras.callbacks.LambdaCallback(on_train_batch_begin=wait)
    fit(make_student(KINDS, short), Watched(Pools(drawings()), short), [waiting])
    assert all(prefetched)


def test_every_epoch_shows_its_own_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    start = Batches.start
    monkeypatch.setattr(Batches, "start", lambda batches, epoch: (started.append(epoch), start(batches, epoch)))
    learn(make_student(KINDS, SMALL))
    assert started == [0, 0, 1]  # made for the first epoch


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
    confidence = softmax(predict(student.network, drawings())).max(axis=1)
    assert confidence[zigzags].mean() < confidence[~zigzags].mean()


def test_the_teachers_answer_is_a_part_of_the_target_where_it_is_right() -> None:
    student, teacher = make_student(KINDS, SMALL), make_student(KINDS, SMALL).network
    taught = Student(student.network, SMALL, teacher)
    images = drawings().pixels(np.arange(120)).reshape(-1, 28, 28, 1).astype(np.float32) / 255
    answers = teacher(images).numpy()
    is_right = answers.argmax(axis=1) == drawings().targets
    shares = np.full(120, 0.5, np.float32)
    goals = taught.goals(answers, drawings().targets, shares).numpy()
    labels = student.goals(None, drawings().targets, shares).numpy()
    np.testing.assert_allclose(goals[~is_right], labels[~is_right], atol=1e-6)
    np.testing.assert_allclose(goals[is_right], (labels + softmax(answers))[is_right] / 2, atol=1e-5)
    np.testing.assert_allclose(goals.sum(axis=1), 1, atol=1e-5)


def test_the_teacher_learns_nothing_itself() -> None:
    teacher = make_student(KINDS, SMALL).network
    before = teacher.get_weights()
    learn(Student(make_student(KINDS, SMALL).network, SMALL, teacher))
    for after, expected in zip(teacher.get_weights(), before, strict=True):
        np.testing.assert_array_equal(after, expected)


def test_a_teacher_that_may_be_wrong_is_a_part_of_every_target() -> None:
    hyper = replace(SMALL, teacher_has_to_be_right=False)
    teacher = make_student(KINDS, SMALL).network
    taught = make_student(KINDS, hyper, teacher=teacher)
    images = drawings().pixels(np.arange(120)).reshape(-1, 28, 28, 1).astype(np.float32) / 255
    answers = teacher(images).numpy()
    goals = taught.goals(answers, drawings().targets, np.ones(120, np.float32)).numpy()
    np.testing.assert_allclose(goals, softmax(answers), atol=1e-5)


def test_a_student_that_matches_logits_comes_nearer_to_its_teachers() -> None:
    teacher = make_student(KINDS, replace(SMALL, seed=1)).network
    learn(Student(teacher, SMALL))
    *body, kernel, bias = teacher.get_weights()
    teacher.set_weights([*body, 10 * kernel, 10 * bias])  # which labels alone do not teach in so few steps
    pools = Pools(drawings(), base_taught=np.full(120, 0.1, np.float32))

    def distance(weight: float) -> float:
        hyper = replace(SMALL, epochs=6, teacher_has_to_be_right=False, logit_matching=weight)
        student = make_student(KINDS, hyper, teacher=teacher)
        learn(student, pools=pools)
        difference = predict(student.network, drawings()) - predict(teacher, drawings())
        return float((difference - difference.mean(axis=1, keepdims=True)).std())

    assert distance(10.0) < 0.7 * distance(0.0)
