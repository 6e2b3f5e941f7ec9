"""Which of Quick, Draw!'s drawings a new site shows until people have drawn some."""

from __future__ import annotations

import json

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split, split_of
from training.quickdraw.catalog import Format
from training.quickdraw.errors import MissingFile
from training.quickdraw.folder import QuickDrawFolder
from training.quickdraw.ndjson import LONGEST_LINE, parse_line

LONGEST = 1_200  # bytes of a line; all of them are to be small enough for the repository
# Somebody has looked at all that are shown; these rows were not wanted, as they hardly show what they are called.
UNFIT = {
    "bicycle": [20],
    "bird": [10, 11],
    "butterfly": [9],
    "camel": [2],
    "computer": [0],
    "diamond": [1],
    "eye": [2, 27, 38],
    "frog": [8, 17],
    "giraffe": [2, 4],
    "leg": [9],
    "necklace": [3, 34],
    "nose": [7, 20, 23, 41, 43],
    "penguin": [5],
    "smiley face": [28],
    "snowman": [7],
    "teapot": [4, 14, 17],
}


def choose(folder: QuickDrawFolder, name: str) -> str | None:
    """Return one drawing of a class as its line of the official file, None where there is none to be shown.

    It is the first test drawing, so that no network has learnt from it, that Google's own network recognized while it
    was drawn. Raises MissingFile, CorruptFile.
    """
    bitmaps = folder.bitmaps(name)
    path = folder.find(name, Format.NDJSON)
    if path is None:
        raise MissingFile(f"no ndjson file of “{name}” in {folder.root}")
    with path.open("rb") as file:
        lines = iter(lambda: file.readline(LONGEST_LINE), b"")
        for row, (line, bitmap) in enumerate(zip(lines, bitmaps, strict=False)):
            is_test = split_of(bitmap.reshape(SIZE, SIZE)) is Split.TEST
            if is_test and row not in UNFIT.get(name, ()) and _is_fit(line, name):
                return line.decode()
    return None


def _is_fit(line: bytes, name: str) -> bool:
    parse_line(line, name)
    return len(line) <= LONGEST and json.loads(line)["recognized"] is True
