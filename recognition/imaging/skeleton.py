"""Ink as a mask: its centre line, and how deep each of its pixels lies."""

from __future__ import annotations

from itertools import cycle

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]  # (height, width), True is ink


def thin(mask: Mask) -> Mask:
    """Return the centre line of ink, one pixel wide, in as many pieces as the ink and with the same loops.

    Guo & Hall 1989, Parallel thinning with two-subiteration algorithms: unlike Zhang & Suen's it leaves a pixel of
    every piece, and a round end of a line becomes the middle of its round.
    """
    padded = np.pad(mask, 1).view(np.uint8)
    ink = padded[1:-1, 1:-1]
    idle = 0
    while idle < len(_REMOVABLE):
        for removable in _REMOVABLE:
            removed = removable[_surroundings(padded)] & (ink == 1)
            ink[removed] = 0
            idle = 0 if removed.any() else idle + 1
    return ink.astype(np.bool_)


def depth(mask: Mask) -> npt.NDArray[np.int16]:
    """Return how many pixels each pixel lies from the nearest blank one: 0 for blank, 1 at the edge, in octagons."""
    depths = np.zeros(mask.shape, np.int16)
    layer = mask.view(np.uint8)
    for every in cycle((2, 1)):  # without the corners and with them in turn wears a disc down to nearly a disc
        if not layer.any():
            break
        depths += layer
        padded = np.pad(layer, 1)
        for neighbour in _neighbours(padded)[::every]:
            layer = layer & neighbour
    return depths


def _surroundings(padded: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return which neighbours of each pixel are ink, one bit each: north is 1, northeast 2, east 4 and so on."""
    code = np.zeros((padded.shape[0] - 2, padded.shape[1] - 2), np.uint8)
    for bit, neighbour in enumerate(_neighbours(padded)):
        code |= neighbour << np.uint8(bit)
    return code


def _neighbours(padded: npt.NDArray[np.uint8]) -> list[npt.NDArray[np.uint8]]:
    """Return the eight neighbours of each pixel, clockwise from the north, of an array with a margin of one."""
    before, same, after = slice(0, -2), slice(1, -1), slice(2, None)
    clockwise = [
        (before, same), (before, after), (same, after), (after, after),
        (after, same), (after, before), (same, before), (before, before),
    ]  # fmt: skip
    return [padded[rows, columns] for rows, columns in clockwise]


def _removable() -> tuple[Mask, Mask]:
    """Return for each of the 256 surroundings whether a pixel goes, in the first and in the second subiteration."""
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
