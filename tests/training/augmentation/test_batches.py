from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.doodles import doodles
from training.augmentation.batches import NOTHING, Batches, Pools, balanced_order
from training.augmentation.domain_shift import DomainShift, embolden
from training.data.drawing_index import Drawings, Part
from training.hyperparameters import Hyperparameters

pytestmark = pytest.mark.tensorflow


def drawings(**counts: int) -> Drawings:
    """So many drawings of each kind; the first kind is target 0."""
    return Drawings(
        [
            Part(target, doodles(kind, n), np.arange(n, dtype=np.int32))
            for target, (kind, n) in enumerate(counts.items())
        ]
    )


def batches(pools: Pools, shown: int, epoch: int = 0, **hyperparameters: float) -> Batches:
    """The batches of an epoch that shows so many drawings."""
    hyper = Hyperparameters(**{"batch_size": 20} | hyperparameters)  # type: ignore[arg-type]
    made = Batches(pools, replace(hyper, steps_per_epoch=shown // hyper.batch_size))
    made.start(epoch)
    return made


def targets(batches: Batches) -> list[int]:
    return [int(target) for step in range(len(batches)) for target in batches[step][1]]


def test_an_epoch_shows_every_drawing_of_equal_classes_about_once() -> None:
    order = balanced_order(np.repeat([0, 1], 50), 100, 1.0, np.random.default_rng(0))
    assert len(set(order.tolist())) > 90


def test_no_drawing_comes_again_before_all_others_of_its_class_were_shown() -> None:
    order = balanced_order(np.zeros(10, np.int32), 20, 1.0, np.random.default_rng(0))
    assert sorted(order.tolist()) == sorted([*range(10), *range(10)])


@pytest.mark.parametrize(("balance", "share"), [(1.0, 0.9), (0.5, 0.75), (0.0, 0.5)])
def test_balance_shows_thin_classes_more_often(balance: float, share: float) -> None:
    order = balanced_order(np.repeat([0, 1], [90, 10]), 10_000, balance, np.random.default_rng(0))
    assert (order < 90).mean() == pytest.approx(share, abs=0.02)


def test_batches_mix_base_collected_and_varied_drawings_and_outliers() -> None:
    pools = Pools(
        base=drawings(cross=50),
        collected=drawings(cross=0, ring=50),
        augmented=drawings(cross=0, ring=0, zigzag=50),
        outliers=doodles("zigzag", 5),
    )
    shown = targets(batches(pools, 100, collected_share=0.2, augmented_share=0.15, outlier_share=0.1))
    assert [shown.count(target) for target in (0, 1, 2, NOTHING)] == [55, 20, 15, 10]


def test_what_there_is_none_of_the_base_replaces() -> None:
    shown = targets(batches(Pools(drawings(cross=50)), 100))
    assert shown.count(0) == len(shown) == 100


def test_few_collected_drawings_are_not_repeated_without_end() -> None:
    pools = Pools(drawings(cross=50), drawings(cross=0, ring=5))
    shown = targets(batches(pools, 100, collected_share=0.5, max_class_share=0.5, max_repeats=2))
    assert shown.count(1) == 10


def test_without_a_base_all_is_collected() -> None:
    assert set(targets(batches(Pools(drawings(), drawings(cross=8, ring=8)), 32, batch_size=16))) == {0, 1}


def test_an_epoch_is_the_same_every_time_and_unlike_the_next() -> None:
    pools = Pools(drawings(cross=30, ring=30))
    first, second = batches(pools, 60), batches(pools, 60, epoch=1)
    assert targets(first) == targets(first) != targets(second)
    first.start(epoch=1)
    assert targets(first) == targets(second)


def test_pictures_belong_to_their_targets() -> None:
    shown = batches(Pools(drawings(cross=10, ring=10)), 20, batch_size=10)
    crosses = {picture.tobytes() for picture in doodles("cross", 10)}
    pairs = [pair for step in range(len(shown)) for pair in zip(shown[step][0][0], shown[step][1], strict=True)]
    assert all((picture.tobytes() in crosses) == (target == 0) for picture, target in pairs)


def test_collected_drawings_of_one_class_take_no_more_than_their_share() -> None:
    pools = Pools(drawings(cross=50), drawings(cross=0, ring=50))
    assert targets(batches(pools, 100, collected_share=0.5, max_class_share=0.1)).count(1) == 10


def test_the_teacher_is_asked_about_base_drawings_alone() -> None:
    pools = Pools(drawings(cross=50), drawings(cross=0, ring=9), drawings(cross=9), doodles("zigzag", 9))
    _, targets, taught = batches(pools, 100, batch_size=100, teacher_share=0.5, max_repeats=99)[0]
    assert not taught[(targets == 1) | (targets == NOTHING)].any()
    assert set(taught[targets == 0]) == {0.5}


def test_some_of_the_base_is_shown_in_the_style_of_the_collected_drawings() -> None:
    hyper = Hyperparameters(batch_size=1_000, steps_per_epoch=1, shifted_share=0.3)
    base = drawings(zigzag=1)
    (pixels, turns, _), *_ = Batches(Pools(base), hyper, DomainShift({1: 1.0}, bold=1.0))[0]
    is_bold = (pixels == embolden(base.pixels(np.array([0])))).all(axis=1)
    assert (turns == 1).mean() == pytest.approx(0.3, abs=0.06)
    assert (is_bold == (turns == 1)).all()
