from __future__ import annotations

import numpy as np
import pytest

from tests.training.doodles import doodles
from training.augmentation.domain_shift import DomainShift, Pose
from training.augmentation.sampling import Mixture, Pools, Sampler, balanced_order
from training.data.batch import NOTHING
from training.data.drawing_index import Drawings, Part


def drawings(**counts: int) -> Drawings:
    """So many drawings of each kind; the first kind is target 0."""
    return Drawings(
        [
            Part(target, doodles(kind, n), np.arange(n, dtype=np.int32))
            for target, (kind, n) in enumerate(counts.items())
        ]
    )


def targets(sampler: Sampler, epoch: int = 0) -> list[int]:
    return [int(target) for _, batch in sampler.epoch(epoch) for target in batch]


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
    mixture = Mixture(batch_size=20, collected_share=0.2, augmented_share=0.15, outlier_share=0.1)
    shown = targets(Sampler(pools, mixture, 100, seed=0))
    assert [shown.count(target) for target in (0, 1, 2, NOTHING)] == [55, 20, 15, 10]


def test_what_there_is_none_of_the_base_replaces() -> None:
    shown = targets(Sampler(Pools(drawings(cross=50)), Mixture(batch_size=20), 100, seed=0))
    assert shown.count(0) == len(shown) == 100


def test_few_collected_drawings_are_not_repeated_without_end() -> None:
    mixture = Mixture(batch_size=20, collected_share=0.5, max_class_share=0.5, max_repeats=2)
    sampler = Sampler(Pools(drawings(cross=50), drawings(cross=0, ring=5)), mixture, 100, seed=0)
    assert targets(sampler).count(1) == 10


def test_without_a_base_all_is_collected() -> None:
    sampler = Sampler(Pools(drawings(), drawings(cross=8, ring=8)), Mixture(batch_size=16), 32, seed=0)
    assert set(targets(sampler)) == {0, 1}


def test_an_epoch_is_the_same_every_time_and_unlike_the_next() -> None:
    sampler = Sampler(Pools(drawings(cross=30, ring=30), drawings()), Mixture(batch_size=20), 60, seed=3)
    assert targets(sampler, 0) == targets(sampler, 0) != targets(sampler, 1)


def test_pictures_belong_to_their_targets() -> None:
    base = drawings(cross=10, ring=10)
    sampler = Sampler(Pools(base, drawings()), Mixture(batch_size=10), 20, seed=0)
    crosses = {picture.tobytes() for picture in doodles("cross", 10)}
    shown = [
        (picture, target)
        for pictures, batch in sampler.epoch(0)
        for picture, target in zip(pictures, batch, strict=True)
    ]
    assert all((picture.tobytes() in crosses) == (target == 0) for picture, target in shown)


def test_collected_drawings_of_one_class_take_no_more_than_their_share() -> None:
    mixture = Mixture(batch_size=20, collected_share=0.5, max_class_share=0.1)
    sampler = Sampler(Pools(drawings(cross=50), drawings(cross=0, ring=50)), mixture, 100, seed=0)
    assert targets(sampler).count(1) == 10


def test_some_of_the_base_is_shown_in_the_style_of_the_collected_drawings() -> None:
    turned = Pose(1)
    mixture, base = Mixture(batch_size=100, shifted_share=0.3), drawings(zigzag=1)
    sampler = Sampler(Pools(base, Drawings([])), mixture, 1_000, 0, DomainShift({turned: 1.0}))
    shown = np.concatenate([pixels for pixels, _ in sampler.epoch(0)])
    as_is = base.pixels(np.array([0]))
    assert (shown == turned.apply(as_is)).all(axis=1).mean() == pytest.approx(0.3, abs=0.06)
    assert (shown == as_is).all(axis=1).mean() == pytest.approx(0.7, abs=0.06)
