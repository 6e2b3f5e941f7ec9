"""Chooses the Quick, Draw! drawings that a new site shows as samples until people have drawn some."""

from __future__ import annotations

import json

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split, split_of
from training.quickdraw.catalog import Format
from training.quickdraw.errors import MissingFile
from training.quickdraw.folder import QuickDrawFolder
from training.quickdraw.ndjson import MAX_LINE_BYTES, parse_line

MAX_SAMPLE_BYTES = 1_200  # of a line, so that all samples together are small enough for the repository
# All samples were looked at. These rows were refused, because they hardly show what their label says.
UNSUITABLE_ROWS = {
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


def choose_sample(folder: QuickDrawFolder, name: str) -> str | None:
    """Return one drawing of a class as its line of the official file; None when no drawing is suitable.

    This is the first test drawing that Google's own network recognized while it was drawn. No network has learnt from
    test drawings. Raises MissingFile, CorruptFile.
    """
    bitmaps = folder.bitmaps(name)
    path = folder.find(name, Format.NDJSON)
    if path is None:
        raise MissingFile(f"no ndjson file of “{name}” in {folder.root}")
    with path.open("rb") as file:
        lines = iter(lambda: file.readline(MAX_LINE_BYTES), b"")
        for row, (line, bitmap) in enumerate(zip(lines, bitmaps, strict=False)):
            is_test = split_of(bitmap.reshape(SIZE, SIZE)) is Split.TEST
            if is_test and row not in UNSUITABLE_ROWS.get(name, ()) and _is_suitable(line, name):
                return line.decode()
    return None


def _is_suitable(line: bytes, name: str) -> bool:
    parse_line(line, name)
    return len(line) <= MAX_SAMPLE_BYTES and json.loads(line)["recognized"] is True
