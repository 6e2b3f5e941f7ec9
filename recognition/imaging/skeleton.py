"""Thinning and distance transform of an ink mask."""

from __future__ import annotations

from itertools import cycle

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]  # (height, width), True is ink


def thin(mask: Mask) -> Mask:
    """Return the skeleton of ink, one pixel wide, with as many connected components and loops as the ink.

    Guo & Hall 1989, Parallel thinning with two-subiteration algorithms. Unlike Zhang & Suen's it leaves a pixel of
    every component, and a line's round end shrinks to its centre.
    """
    padded = np.pad(mask, 1).view(np.uint8)
    ink = padded[1:-1, 1:-1]
    idle = 0
    while idle < len(_REMOVABLE):
        for removable in _REMOVABLE:
            removed = removable[_neighbourhoods(padded)] & (ink == 1)
            ink[removed] = 0
            idle = 0 if removed.any() else idle + 1
    return ink.astype(np.bool_)


def distance_transform(mask: Mask) -> npt.NDArray[np.int16]:
    """Return the octagonal distance of each pixel from the nearest blank one: 0 for blank, 1 at the edge."""
    depths = np.zeros(mask.shape, np.int16)
    layer = mask.view(np.uint8)
    for every in cycle((2, 1)):  # 4 and 8 neighbours in turn: a disc stays nearly a disc
        if not layer.any():
            break
        depths += layer
        padded = np.pad(layer, 1)
        for neighbour in _neighbours(padded)[::every]:
            layer = layer & neighbour
    return depths


def _neighbourhoods(padded: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return each pixel's ink neighbours as a bit mask: north is 1, northeast 2, east 4 and so on."""
    code = np.zeros((padded.shape[0] - 2, padded.shape[1] - 2), np.uint8)
    for bit, neighbour in enumerate(_neighbours(padded)):
        code |= neighbour << np.uint8(bit)
    return code


def _neighbours(padded: npt.NDArray[np.uint8]) -> list[npt.NDArray[np.uint8]]:
    """Return the eight shifted views of an array with a margin of one, clockwise from the north."""
    before, same, after = slice(0, -2), slice(1, -1), slice(2, None)
    clockwise = [
        (before, same), (before, after), (same, after), (after, after),
        (after, same), (after, before), (same, before), (before, before),
    ]  # fmt: skip
    return [padded[rows, columns] for rows, columns in clockwise]


def _removable() -> tuple[Mask, Mask]:
    """Return for each of the 256 neighbourhoods whether its pixel is removed, in the first and second subiteration."""
    bits = (np.arange(256) >> np.arange(8)[:, np.newaxis]) & 1
    side, corner = bits[::2], bits[1::2]  # (4, 256): north, east, south, west and the corner that follows each
    next_side, corner_before = np.roll(side, -1, axis=0), np.roll(corner, 1, axis=0)
    pieces = ((1 - side) & (corner | next_side)).sum(axis=0)
    neighbours = np.minimum((corner_before | side).sum(axis=0), (side | corner).sum(axis=0))
    inessential = (pieces == 1) & (neighbours >= 2) & (neighbours <= 3)
    north, east, south, west = side
    northeast, southeast, southwest, northwest = corner
    first = (south | southwest | (1 - northwest)) & west
    second = (north | northeast | (1 - southeast)) & east
    return inessential & (first == 0), inessential & (second == 0)


_REMOVABLE = _removable()
