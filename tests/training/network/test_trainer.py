from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from recognition.inference.results import softmax
from tests.training.doodles import KINDS, doodles
from training.data.batch import NOTHING, Batch
from training.data.drawing_index import Drawings, Part
from training.network.cnn import Architecture, build_network
from training.network.trainer import Hyperparameters, Trainer

pytestmark = pytest.mark.tensorflow

STEPS = 40
ARCHITECTURE = Architecture(channels=(8, 16), blocks=(0, 0))
ROWS = np.arange(40, dtype=np.int32)


def drawings() -> Drawings:
    return Drawings([Part(target, doodles(kind, 40), ROWS) for target, kind in enumerate(KINDS)])


def batches(steps: int = STEPS, scribble: int | None = None) -> Iterator[Batch]:
    """Batches of all kinds; those of the target `scribble` are to be taken for nothing."""
    known = drawings()
    random = np.random.default_rng(0)
    for _ in range(steps):
        rows = random.integers(0, len(known), 32)
        targets = known.targets[rows]
        yield known.pixels(rows), np.where(targets == scribble, NOTHING, targets).astype(np.int32)


def make_trainer(**hyperparameters: float) -> Trainer:
    import keras

    keras.utils.set_random_seed(0)
    return Trainer(build_network(ARCHITECTURE, len(KINDS)), Hyperparameters(steps=STEPS, **hyperparameters))


def test_a_network_learns_simple_drawings() -> None:
    trainer = make_trainer()
    first = trainer.train_epoch(batches(STEPS // 2), lambda _: None)
    second = trainer.train_epoch(batches(STEPS // 2), lambda _: None)
    assert second.loss < first.loss
    assert (trainer.logits(drawings()).argmax(axis=1) == drawings().targets).mean() > 0.6


def test_going_on_from_a_state_is_as_if_nothing_had_happened() -> None:
    whole, half, rest = make_trainer(), make_trainer(), make_trainer(seed=0)
    whole.train_epoch(batches(4), lambda _: None)
    half.train_epoch(batches(4), lambda _: None)
    rest.restore(half.state())
    metrics = [trainer.train_epoch(batches(4), lambda _: None) for trainer in (whole, rest)]
    assert metrics[0].loss == pytest.approx(metrics[1].loss, rel=1e-4)


def test_whoever_watches_can_stop_it() -> None:
    class Stop(Exception): ...

    def stop(count: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        make_trainer().train_epoch(batches(), stop)


def test_scribbles_teach_to_be_unsure() -> None:
    trainer = make_trainer()
    trainer.train_epoch(batches(scribble=2), lambda _: None)
    confidence = softmax(trainer.logits(drawings())).max(axis=1)
    scribbles = drawings().targets == 2
    assert confidence[scribbles].mean() < confidence[~scribbles].mean()
