from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.imaging.bitmap import Bitmap
from recognition.imaging.splits import Split, split_at, split_of, split_positions

PATTERNS = (np.arange(20 * 28 * 28).reshape(20, 28, 28) * 37 % 251).astype(np.uint8)


def noise(count: int, seed: int = 0) -> Bitmap:
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)


def test_the_side_of_a_drawing_never_changes_between_releases() -> None:
    assert split_positions(PATTERNS[:3]) == pytest.approx([0.704249903, 0.370379309, 0.207541442], abs=1e-9)
    sides = [split_of(pattern) for pattern in PATTERNS]
    assert [index for index, one in enumerate(sides) if one == Split.TEST] == [3]
    assert [index for index, one in enumerate(sides) if one == Split.VALIDATION] == [6, 12, 14, 15]


def test_a_blank_sheet_has_a_side() -> None:
    assert split_positions(np.zeros((1, 28, 28), np.uint8)) == pytest.approx([0.902715], abs=1e-6)


@given(st.integers(0, 2**32 - 1))
def test_mirrored_and_turned_copies_are_on_the_same_side(seed: int) -> None:
    drawing = noise(1, seed)[0]
    turned = [np.rot90(drawing, quarters) for quarters in range(4)]
    copies = np.stack([*turned, *(copy[:, ::-1] for copy in turned)])
    assert len(set(split_positions(copies))) == 1


def test_another_drawing_has_another_position() -> None:
    drawings = noise(1000)
    drawings[1] = drawings[0]
    drawings[1, 3, 5] ^= 1  # one pixel differs by one
    assert len(set(split_positions(drawings))) == 1000


def test_a_batch_is_split_as_its_drawings_one_by_one() -> None:
    drawings = noise(50)
    assert [split_at(position) for position in split_positions(drawings)] == [split_of(drawing) for drawing in drawings]


def test_a_tenth_is_for_testing_and_a_tenth_for_validation() -> None:
    counts = Counter(split_at(position) for position in split_positions(noise(20_000)))
    assert counts[Split.TEST] == pytest.approx(2000, abs=200)
    assert counts[Split.VALIDATION] == pytest.approx(2000, abs=200)
    assert counts[Split.TRAIN] == pytest.approx(16_000, abs=300)


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (0, Split.TEST),
        (0.0999, Split.TEST),
        (0.1, Split.VALIDATION),
        (0.1999, Split.VALIDATION),
        (0.2, Split.TRAIN),
        (1, Split.TRAIN),
    ],
)
def test_positions_fall_into_three_shares(position: float, expected: Split) -> None:
    assert split_at(position) == expected
