from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from recognition.imaging.rasterize import rasterize
from tests.training.doodles import doodles
from training.augmentation.domain_shift import DomainShift, embolden, estimate_domain_shift, turned
from training.data.drawing_index import Drawings, Part, Pixels

TURNED = 1


def arrow() -> Pixels:
    """One arrow that points down: no turn leaves it as it is."""
    strokes = [[[50.0, 50.0], [0.0, 100.0]], [[20.0, 50.0, 60.0], [70.0, 100.0, 90.0]]]
    return rasterize(strokes).reshape(1, 784)


def drawings(*classes: Pixels) -> Drawings:
    rows = [np.arange(len(pixels), dtype=np.int32) for pixels in classes]
    return Drawings([Part(target, pixels, rows[target]) for target, pixels in enumerate(classes)])


def champion(pixels: Pixels) -> npt.NDArray[np.float32]:
    """Know an arrow down from one to the right, upright only: class 2 is "something else"."""
    known = [arrow(), turned(arrow(), TURNED)]
    alike = [np.abs(pixels.astype(float) - one).mean(axis=1) < 1 for one in known]
    return np.stack([*alike, ~(alike[0] | alike[1])], axis=1).astype(np.float32)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turn_can_be_undone(quarters: int) -> None:
    pixels = doodles("zigzag", 3)
    assert (turned(turned(pixels, quarters), -quarters) == pixels).all()


def test_all_turns_differ() -> None:
    assert len({turned(arrow(), quarters).tobytes() for quarters in range(4)}) == 4


def test_drawings_that_the_champion_only_knows_turned_tell_the_turn() -> None:
    collected = drawings(np.concatenate([np.repeat(turned(arrow(), 2), 30, axis=0), np.repeat(arrow(), 30, axis=0)]))
    shift = estimate_domain_shift(collected, drawings(np.repeat(arrow(), 9, axis=0)), champion)
    assert shift.turns == {2: 0.5}


def test_what_the_champion_does_not_know_in_any_turn_tells_nothing() -> None:
    unknown = np.repeat(doodles("zigzag", 1), 60, axis=0)
    collected = drawings(np.concatenate([np.repeat(turned(arrow(), 2), 30, axis=0), unknown]))
    shift = estimate_domain_shift(collected, drawings(np.repeat(arrow(), 9, axis=0)), champion)
    assert shift.turns == {2: 1.0}


def test_drawings_like_those_of_the_base_have_no_style_of_their_own() -> None:
    same = drawings(np.repeat(arrow(), 40, axis=0))
    assert not estimate_domain_shift(same, same, champion)


def test_many_copies_of_one_drawing_upside_down_are_no_style() -> None:
    random = np.random.default_rng(0)
    pictures = [np.where(random.random((1, 784)) < 0.3, 255, 0).astype(np.uint8) for _ in range(10)]

    def nearest(pixels: Pixels) -> npt.NDArray[np.float32]:
        return -np.stack([np.abs(pixels.astype(np.float32) - one).mean(axis=1) for one in pictures], axis=1)

    copies = np.repeat(turned(pictures[0], 2), 60, axis=0)
    others = [np.repeat(picture, 3, axis=0) for picture in pictures[1:]]
    assert not estimate_domain_shift(drawings(copies, *others), drawings(*pictures), nearest).turns


def test_bold_lines_are_a_style() -> None:
    collected = drawings(np.repeat(embolden(arrow()), 40, axis=0))
    shift = estimate_domain_shift(collected, drawings(np.repeat(arrow(), 9, axis=0)), champion)
    assert shift.bold == pytest.approx(1.0)


def test_a_few_drawings_tell_nothing() -> None:
    few = drawings(np.repeat(turned(arrow(), TURNED), 5, axis=0))
    assert not estimate_domain_shift(few, drawings(np.repeat(arrow(), 9, axis=0)), champion)


def test_without_a_base_there_is_nothing_to_restyle() -> None:
    assert not estimate_domain_shift(drawings(np.repeat(arrow(), 40, axis=0)), Drawings([]), champion)


def test_as_many_drawings_are_turned_and_emboldened_as_people_do() -> None:
    turns, is_bold = DomainShift({TURNED: 0.3}, bold=0.6).sample(1_000, np.random.default_rng(0))
    assert set(turns.tolist()) == {0, TURNED}
    assert (turns == TURNED).mean() == pytest.approx(0.3, abs=0.05)
    assert is_bold.mean() == pytest.approx(0.6, abs=0.05)


def test_a_style_says_what_it_is() -> None:
    assert str(DomainShift({3: 0.25}, bold=0.5)) == "25% turned by 270°, 50% bold"
