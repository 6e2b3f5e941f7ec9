"""Quick, Draw!'s drawings of one class, without blanks and copies, divided into splits."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import DOT_INK_PIXELS, SIZE
from recognition.imaging.splits import TEST_SHARE, VALIDATION_SHARE, Split, split_positions
from training.data.drawing_index import Drawings, Part, Pixels
from training.quickdraw.errors import MissingFile
from training.quickdraw.folder import QuickDrawFolder
from training.quickdraw.npy import iter_blocks

# Validation and test drawings come from the first rows of a file only. 1,000 of these are a class's test drawings,
# enough to measure 1 point of recall. They stay the same whatever a run trains on.
EVALUATION_ROWS = 10_000

SplitRows = dict[Split, npt.NDArray[np.int32]]
Hashes = npt.NDArray[np.float64]  # (n,): one for each drawing, see recognition.imaging.splits.split_positions
NO_HASHES: Hashes = np.empty(0)


@dataclass(frozen=True)
class QuickDrawClass:
    """The base drawings of one class: rows of mapped files."""

    official: Pixels
    rows: SplitRows  # of `official`
    near: Pixels  # bitmaps close to official ones
    near_rows: npt.NDArray[np.int32]  # of `near`, for training only
    digest: str  # SHA-256 of the hashes of all training drawings
    left_out: Counter[str]  # how many, by reason


def read_quickdraw_class(
    folder: QuickDrawFolder, name: str, rows_per_class: int, excluded: Hashes = NO_HASHES
) -> tuple[QuickDrawClass, Hashes]:
    """Choose at most `rows_per_class` training drawings, from the start of the files; a class may have none.

    excluded: the hashes of drawings whose label is wrong; they are in no split.
    Also returns the hashes of all drawings, chosen or not, to recognize copies by. Raises CorruptFile.
    """
    official = _official(folder, name)
    near = folder.near_bitmaps(name)
    left_out: Counter[str] = Counter()
    # Rows of both sources, one after the other: official first, so that of two copies the official one stays.
    hashes = np.concatenate([_hashes(official), _hashes(near)])  # (official + near,)
    good = _without_blanks_and_copies(hashes, left_out)  # row numbers
    good = _without_excluded(hashes, good, excluded, left_out)
    rows = _split_rows(hashes[: len(official)], good[good < len(official)], rows_per_class)
    # Near bitmaps fill up what official ones leave. They are only trained on, so those in other splits are dropped.
    near_good = good[good >= len(official)]
    near_good = near_good[in_split(Split.TRAIN, hashes[near_good])] - len(official)
    near_rows = near_good[: max(0, rows_per_class - len(rows[Split.TRAIN]))].astype(np.int32)
    trained_on = np.concatenate([hashes[rows[Split.TRAIN]], hashes[len(official) + near_rows]])
    return QuickDrawClass(official, rows, near, near_rows, _digest(trained_on), left_out), hashes


def read_test_drawings(folder: QuickDrawFolder, name: str, excluded: Hashes = NO_HASHES) -> Pixels:
    """Return a class's test drawings, uint8 (n, 784), without reading a large file to its end. Raises CorruptFile."""
    official = _official(folder, name)[:EVALUATION_ROWS]
    hashes = _hashes(official)
    good = _without_excluded(hashes, _without_blanks_and_copies(hashes, Counter()), excluded, Counter())
    return official[good[in_split(Split.TEST, hashes[good])]]


def distinct_drawings(folder: QuickDrawFolder, name: str, limit: int) -> tuple[Drawings, Hashes]:
    """Return the first `limit` drawings of a class in any split, without blanks and copies, and their hashes.

    Raises CorruptFile.
    """
    official, near = _official(folder, name), folder.near_bitmaps(name)
    hashes = np.concatenate([_hashes(official), _hashes(near)])
    good = _without_blanks_and_copies(hashes, Counter())[:limit]
    from_official, from_near = good[good < len(official)], good[good >= len(official)] - len(official)
    parts = [Part(0, official, from_official.astype(np.int32)), Part(0, near, from_near.astype(np.int32))]
    return Drawings(parts), hashes[good]


def count_drawings(folder: QuickDrawFolder, name: str) -> int:
    """Count the drawings of a class, with blanks and copies, without reading them. Raises CorruptFile."""
    return len(_official(folder, name)) + len(folder.near_bitmaps(name))


def _digest(hashes: Hashes) -> str:
    # Sorted: the digest depends on the drawings, not on their order.
    return hashlib.sha256(np.sort(hashes).tobytes()).hexdigest()


def _official(folder: QuickDrawFolder, name: str) -> Pixels:
    try:
        return folder.bitmaps(name)
    except MissingFile:  # a class of our own, or one that is not downloaded
        return np.empty((0, SIZE * SIZE), np.uint8)


def _hashes(bitmaps: Pixels) -> Hashes:
    """Hash each drawing; the hash of a blank drawing or a dot is NaN."""
    blocks = [np.empty(0)]
    for rows in iter_blocks(bitmaps):
        hashes = split_positions(rows.reshape(-1, SIZE, SIZE))
        # NaN is in no split, as it compares false with every bound.
        hashes[rows.sum(axis=1, dtype=np.int64) < DOT_INK_PIXELS * 255] = np.nan
        blocks.append(hashes)
    return np.concatenate(blocks)


def _without_blanks_and_copies(hashes: Hashes, left_out: Counter[str]) -> npt.NDArray[np.int64]:
    """Return the rows to keep, in order: the first of all drawings with the same hash."""
    # The hash is the same for the same pixels, also mirrored or turned by 90 degrees.
    with_ink = np.flatnonzero(~np.isnan(hashes))
    _, first = np.unique(hashes[with_ink], return_index=True)  # the index of each hash's first occurrence
    left_out["blank"] += len(hashes) - len(with_ink)
    left_out["copy"] += len(with_ink) - len(first)
    return np.sort(with_ink[first])


def _without_excluded(
    hashes: Hashes, good: npt.NDArray[np.int64], excluded: Hashes, left_out: Counter[str]
) -> npt.NDArray[np.int64]:
    remaining = good[~np.isin(hashes[good], excluded)]
    left_out["excluded"] += len(good) - len(remaining)
    return remaining


def _split_rows(hashes: Hashes, good: npt.NDArray[np.int64], rows_per_class: int) -> SplitRows:
    all_rows = {split: good[in_split(split, hashes[good])].astype(np.int32) for split in Split}
    evaluation_rows = {split: rows[rows < EVALUATION_ROWS] for split, rows in all_rows.items()}
    return evaluation_rows | {Split.TRAIN: all_rows[Split.TRAIN][:rows_per_class]}


def in_split(split: Split, hashes: Hashes) -> npt.NDArray[np.bool_]:
    """Tell which of many drawings are in a split, as `recognition.imaging.splits.side` does for one: (n,)."""
    # The hash is uniform from 0 to 1, so an interval's length is a split's share.
    bounds = {
        Split.TEST: (0.0, TEST_SHARE),
        Split.VALIDATION: (TEST_SHARE, TEST_SHARE + VALIDATION_SHARE),
        Split.TRAIN: (TEST_SHARE + VALIDATION_SHARE, 1.0),
    }
    low, high = bounds[split]
    return (low <= hashes) & (hashes < high)
