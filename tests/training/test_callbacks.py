from __future__ import annotations

import numpy as np
import pytest

from tests.training.test_fit import KINDS, SMALL, drawings
from training.augmentation.batches import Batches, Pools
from training.callbacks import CheckpointInDatabase
from training.fit import Student, fit, make_student
from training.models import TrainingRun

pytestmark = [pytest.mark.tensorflow, pytest.mark.django_db]


class Killed(Exception): ...


def learn(run: TrainingRun, student: Student, *, killed_after: int | None = None) -> None:
    """Train from the run's checkpoint on; the worker may be killed once an epoch is stored."""
    checkpoint = CheckpointInDatabase(run, student)

    class Kill(CheckpointInDatabase):
        def on_epoch_end(self, epoch: int, logs: object) -> None:
            if epoch == killed_after:
                raise Killed

    fit(student, Batches(Pools(drawings()), SMALL), [checkpoint, Kill(run, student)], checkpoint.restore())


def test_another_worker_continues_as_if_nothing_had_happened() -> None:
    run = TrainingRun.objects.begin({}, by=None, reason="test")
    whole = make_student(KINDS, SMALL)
    fit(whole, Batches(Pools(drawings()), SMALL), [])
    with pytest.raises(Killed):
        learn(run, make_student(KINDS, SMALL), killed_after=0)
    assert [epoch["epoch"] for epoch in run.history] == [1]
    rest = make_student(KINDS, SMALL)
    learn(run, rest)
    assert [epoch["epoch"] for epoch in run.history] == [1, 2]
    assert [text for _, _, text in run.log] == ["epoch 1 finished", "epoch 2 finished"]
    for after, expected in zip(rest.network.get_weights(), whole.network.get_weights(), strict=True):
        np.testing.assert_allclose(after, expected, rtol=1e-3, atol=1e-4)
