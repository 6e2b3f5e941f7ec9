from __future__ import annotations

import numpy as np
import pytest

from recognition.imaging.picture.clutter import drawing_only
from recognition.imaging.skeleton import Mask

EVERYWHERE = np.ones((300, 300), np.bool_)


def ring(width: int = 300, height: int = 300) -> Mask:
    """Return a thin ring in the middle."""
    y, x = np.mgrid[:height, :width]
    ring: Mask = np.abs(np.hypot(x - width / 2, y - height / 2) - 80) < 3
    return ring


def kept(clutter: Mask, drawing: Mask) -> Mask:
    return drawing_only(clutter | drawing, np.ones(drawing.shape, np.bool_))


@pytest.mark.parametrize(
    "place",
    [np.s_[:40], np.s_[-25:], np.s_[:, :3], np.s_[:, -50:], np.s_[5:7]],
    ids=["bar above", "bar below", "line at the left", "bar at the right", "line further in"],
)
def test_a_bar_is_dropped(place: tuple[slice, ...]) -> None:
    bar = np.zeros((300, 300), np.bool_)
    bar[place] = True
    assert np.array_equal(kept(bar, ring()), ring())


def test_specks_outside_of_the_drawing_are_dropped() -> None:
    specks = np.zeros((300, 300), np.bool_)
    specks[10:12, 20:22] = specks[280:283, 150:153] = True
    assert np.array_equal(kept(specks, ring()), ring())


def test_dots_of_the_drawing_are_kept() -> None:
    eyes = np.zeros((300, 300), np.bool_)
    eyes[130:133, 120:123] = eyes[130:133, 175:178] = True
    assert np.array_equal(kept(eyes, ring()), ring() | eyes)


def test_what_lies_along_the_sheets_edge_is_dropped() -> None:
    sheet = EVERYWHERE.copy()
    sheet[:, 240:] = False
    shadow = np.zeros((300, 300), np.bool_)
    shadow[:, 236:240] = True
    assert np.array_equal(drawing_only(ring() | shadow, sheet), ring())


def test_signs_at_the_ends_of_a_phones_screen_are_dropped() -> None:
    signs = np.zeros((600, 300), np.bool_)
    signs[10:25, 20:60] = signs[10:25, 200:280] = signs[570:590, 100:200] = True
    assert np.array_equal(kept(signs, ring(height=600)), ring(height=600))


def test_a_drawing_that_looks_like_a_bar_is_kept_if_there_is_no_other() -> None:
    bar = np.zeros((300, 300), np.bool_)
    bar[:40] = True
    assert drawing_only(bar, EVERYWHERE).any()
