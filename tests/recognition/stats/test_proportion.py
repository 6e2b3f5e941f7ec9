from __future__ import annotations

import pytest

from recognition.stats.proportion import Proportion


def test_a_share_reads_as_per_cent() -> None:
    assert Proportion(9, 12).text == "75.0\xa0%"
    assert Proportion(0, 0).text == Proportion(0, 0).interval_text == "–"


@pytest.mark.parametrize(
    ("right", "judged", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_the_interval_is_wilsons(right: int, judged: int, low: float, high: float) -> None:
    assert Proportion(right, judged).interval == pytest.approx((low, high), abs=5e-5)


def test_the_interval_of_nothing_is_everything() -> None:
    assert Proportion(0, 0).interval == (0.0, 1.0)


def test_thirty_are_enough_to_tell() -> None:
    assert Proportion(29, 30).is_enough
    assert not Proportion(29, 29).is_enough


def test_the_interval_reads_as_per_cent() -> None:
    assert Proportion(81, 263).interval_text == "25.5–36.6\xa0%"
