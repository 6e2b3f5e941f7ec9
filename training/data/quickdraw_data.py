"""Quick, Draw!'s drawings of one class, ready to be trained on: without blanks and copies, each on its side."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import DOT_INK, SIZE
from recognition.imaging.splits import TEST_SHARE, VALIDATION_SHARE, Split, positions
from training.data.drawing_index import Drawings, Part, Pixels
from training.quickdraw.errors import MissingFile
from training.quickdraw.folder import QuickDrawFolder
from training.quickdraw.npy import sweep

# The first rows of a file alone choose the recipe and measure it: 1,000 of these are a class's test drawings, which
# tell 1 point of recall, and stay the same ones whatever a run is asked to train on.
MEASURED_ROWS = 10_000

Rows = dict[Split, npt.NDArray[np.int32]]
Hashes = npt.NDArray[np.float64]  # one for each drawing, see recognition.imaging.splits.positions
NOTHING: Hashes = np.empty(0)


@dataclass(frozen=True)
class BaseClass:
    """What the base has of one class: rows of mapped files."""

    official: Pixels
    rows: Rows
    near: Pixels
    near_rows: npt.NDArray[np.int32]  # for training only
    digest: str  # of the drawings trained on
    left_out: Counter[str]


def read_class(
    folder: QuickDrawFolder, name: str, rows_per_class: int, excluded: Hashes = NOTHING
) -> tuple[BaseClass, Hashes]:
    """Choose at most `rows_per_class` drawings to train on, the files' first; a class may have none.

    excluded: of drawings whose label is wrong; they are on no side.
    Returns them and the hashes of all drawings there are, chosen or not, to know copies by. Raises CorruptFile.
    """
    official = _official(folder, name)
    near = folder.near_bitmaps(name)
    left_out: Counter[str] = Counter()
    hashes = np.concatenate([_hashes(official), _hashes(near)])
    good = _without_blanks_and_copies(hashes, left_out)
    good = _without_excluded(hashes, good, excluded, left_out)
    rows = _sides(hashes[: len(official)], good[good < len(official)], rows_per_class)
    near_good = good[good >= len(official)]
    near_good = near_good[is_on(Split.TRAIN, hashes[near_good])] - len(official)
    near_rows = near_good[: max(0, rows_per_class - len(rows[Split.TRAIN]))].astype(np.int32)
    trained_on = np.concatenate([hashes[rows[Split.TRAIN]], hashes[len(official) + near_rows]])
    return BaseClass(official, rows, near, near_rows, _digest(trained_on), left_out), hashes


def held_out(folder: QuickDrawFolder, name: str, excluded: Hashes = NOTHING) -> Pixels:
    """Return a class's test drawings without reading a large file to its end. Raises CorruptFile."""
    official = _official(folder, name)[:MEASURED_ROWS]
    hashes = _hashes(official)
    good = _without_excluded(hashes, _without_blanks_and_copies(hashes, Counter()), excluded, Counter())
    return official[good[is_on(Split.TEST, hashes[good])]]


def distinct(folder: QuickDrawFolder, name: str, most: int) -> tuple[Drawings, Hashes]:
    """Return a class's drawings without blanks and copies, on whatever side, the files' first, and their hashes.

    Raises CorruptFile.
    """
    official, near = _official(folder, name), folder.near_bitmaps(name)
    hashes = np.concatenate([_hashes(official), _hashes(near)])
    good = _without_blanks_and_copies(hashes, Counter())[:most]
    from_official, from_near = good[good < len(official)], good[good >= len(official)] - len(official)
    parts = [Part(0, official, from_official.astype(np.int32)), Part(0, near, from_near.astype(np.int32))]
    return Drawings(parts), hashes[good]


def count(folder: QuickDrawFolder, name: str) -> int:
    """Return how many drawings a class has, blanks and copies included, without reading them. Raises CorruptFile."""
    return len(_official(folder, name)) + len(folder.near_bitmaps(name))


def _digest(hashes: Hashes) -> str:
    return hashlib.sha256(np.sort(hashes).tobytes()).hexdigest()


def _official(folder: QuickDrawFolder, name: str) -> Pixels:
    try:
        return folder.bitmaps(name)
    except MissingFile:  # a class of our own, or one that is not downloaded
        return np.empty((0, SIZE * SIZE), np.uint8)


def _hashes(bitmaps: Pixels) -> Hashes:
    """Hash each drawing; a blank one or a dot becomes NaN."""
    found = [np.empty(0)]
    for rows in sweep(bitmaps):
        hashes = positions(rows.reshape(-1, SIZE, SIZE))
        hashes[rows.sum(axis=1, dtype=np.int64) < DOT_INK * 255] = np.nan
        found.append(hashes)
    return np.concatenate(found)


def _without_blanks_and_copies(hashes: Hashes, left_out: Counter[str]) -> npt.NDArray[np.int64]:
    """Return the rows to keep, in order: of drawings with the same hash the first."""
    drawn = np.flatnonzero(~np.isnan(hashes))
    _, first = np.unique(hashes[drawn], return_index=True)
    left_out["blank"] += len(hashes) - len(drawn)
    left_out["copy"] += len(drawn) - len(first)
    return np.sort(drawn[first])


def _without_excluded(
    hashes: Hashes, good: npt.NDArray[np.int64], excluded: Hashes, left_out: Counter[str]
) -> npt.NDArray[np.int64]:
    kept = good[~np.isin(hashes[good], excluded)]
    left_out["excluded"] += len(good) - len(kept)
    return kept


def _sides(hashes: Hashes, good: npt.NDArray[np.int64], rows_per_class: int) -> Rows:
    rows = {split: good[is_on(split, hashes[good])].astype(np.int32) for split in Split}
    measured = {split: kept[kept < MEASURED_ROWS] for split, kept in rows.items()}
    return measured | {Split.TRAIN: rows[Split.TRAIN][:rows_per_class]}


def is_on(split: Split, hashes: Hashes) -> npt.NDArray[np.bool_]:
    """Do for many drawings what `recognition.imaging.splits.side` does for one."""
    bounds = {
        Split.TEST: (0.0, TEST_SHARE),
        Split.VALIDATION: (TEST_SHARE, TEST_SHARE + VALIDATION_SHARE),
        Split.TRAIN: (TEST_SHARE + VALIDATION_SHARE, 1.0),
    }
    low, high = bounds[split]
    return (low <= hashes) & (hashes < high)
