from __future__ import annotations

import numpy as np

from recognition.imaging.picture.regions import convex_hull, dilated, labelled, without_holes
from recognition.imaging.skeleton import Mask


def mask(*rows: str) -> Mask:
    return np.array([[sign == "#" for sign in row] for row in rows])


def test_regions_are_numbered_from_one_and_touch_at_sides_only() -> None:
    labels = labelled(mask("##..", "..#.", "#.##"))

    assert labels[0, 0] == labels[0, 1]
    assert labels[1, 2] == labels[2, 3]
    assert len({labels[0, 0], labels[1, 2], labels[2, 0]}) == 3
    assert sorted(set(labels.ravel().tolist())) == [0, 1, 2, 3]


def test_nothing_has_no_regions() -> None:
    assert not labelled(mask("...", "...")).any()


def test_a_mask_grows_in_every_direction_up_to_the_edge() -> None:
    grown = dilated(mask("#....", ".....", ".....", "....."), 2)

    assert np.array_equal(grown, mask("###..", "###..", "###..", "....."))


def test_a_region_gets_what_it_encloses() -> None:
    assert np.array_equal(without_holes(mask("###.", "#.#.", "###.", "#.#.")), mask("###.", "###.", "###.", "#.#."))


def test_a_hull_has_no_dents() -> None:
    hull = convex_hull(mask("#.....#", "#......", "#......", "#......"))

    assert hull[0].all()
    assert hull[2, :2].all()
    assert not hull[3, 4:].any()
