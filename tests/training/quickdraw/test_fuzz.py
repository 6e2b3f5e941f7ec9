from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.training.quickdraw.bucket import ndjson_file, npy_file
from training.quickdraw.catalog import Format
from training.quickdraw.errors import CorruptFile
from training.quickdraw.folder import QuickDrawFolder

UNHURRIED = settings(deadline=None)  # a busy machine is no failure
NPY, NDJSON = npy_file(2), ndjson_file(2)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["word", "drawing", "x"]), inner),
    max_leaves=12,
)


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Some bytes of a sound file's first kilobyte changed, or its end cut off, or something put in."""
    place = draw(st.integers(0, min(len(content), 1024)))
    until = draw(st.integers(place, min(len(content), 1024)))
    return content[:place] + draw(st.binary(max_size=12)) + content[until:] * draw(st.booleans())


def read_bitmaps(content: bytes) -> np.ndarray:
    with TemporaryDirectory() as root:
        (Path(root) / "cat.npy").write_bytes(content)
        return np.array(QuickDrawFolder(Path(root)).bitmaps("cat"))


def read_drawings(content: bytes) -> list[object]:
    with TemporaryDirectory() as root:
        (Path(root) / "cat.ndjson").write_bytes(content)
        return list(QuickDrawFolder(Path(root)).drawings("cat"))


@UNHURRIED
@given(st.binary(max_size=200) | damaged(NPY))
@example(b"\x93NUMPY\x02\x00\xff\xff\xff\xff")
@example(b"\x93NUMPY\x01\x00\x00\x00")
@example(NPY.replace(b"(2, 784)", b"(-2,784)"))
@example(NPY.replace(b"(2, 784)", b"(9" + b"9" * 12 + b", 784)"))
def test_any_bytes_are_bitmaps_or_a_corrupt_file(content: bytes) -> None:
    try:
        bitmaps = read_bitmaps(content)
    except CorruptFile as error:
        assert_one_line(error)
    else:
        assert bitmaps.shape == (len(bitmaps), 784)
        assert content.endswith(bitmaps.tobytes())


@UNHURRIED
@given(st.binary(max_size=200) | damaged(NDJSON))
@example(b'{"word": "cat", "drawing": [[[1], [1e999]]]}')
@example(b'{"word": "cat", "drawing": [[[1], [1' + b"0" * 5000 + b"]]]}")
def test_any_bytes_are_drawings_or_a_corrupt_file(content: bytes) -> None:
    try:
        drawings = read_drawings(content)
    except CorruptFile as error:
        assert_one_line(error)
    else:
        assert len(drawings) <= content.count(b"\n") + 1


@UNHURRIED
@given(JSON, JSON)
def test_any_json_is_a_drawing_or_a_corrupt_file(row: object, strokes: object) -> None:
    for line in (row, {"word": "cat", "drawing": strokes}):
        try:
            read_drawings(json.dumps(line).encode())
        except CorruptFile as error:
            assert_one_line(error)


@UNHURRIED
@given(st.binary(max_size=200) | damaged(NPY), st.binary(max_size=200) | damaged(NDJSON))
def test_counting_the_rows_of_any_bytes_works_or_names_a_corrupt_file(bitmaps: bytes, drawings: bytes) -> None:
    with TemporaryDirectory() as root:
        (Path(root) / "cat.npy").write_bytes(bitmaps)
        (Path(root) / "cat.ndjson").write_bytes(drawings)
        for form in Format:
            try:
                assert QuickDrawFolder(Path(root)).count_rows("cat", form) >= 0
            except CorruptFile as error:
                assert_one_line(error)


def assert_one_line(error: CorruptFile) -> None:
    if len(str(error).splitlines()) != 1:
        pytest.fail(f"not one line: {error!r}")
