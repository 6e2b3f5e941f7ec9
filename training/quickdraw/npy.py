"""Bitmaps in npy files: uint8 (n, 784), white ink on black, one row for each drawing."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.quickdraw.errors import CorruptFile

ROW_BYTES = 28 * 28  # bytes
HEADER_BYTES = (
    128  # bytes that hold the whole header: numpy writes 80 for such an array before its version 1.14, 128 since
)

# The header as numpy writes it (https://numpy.org/neps/nep-0001-npy-format.html). Matched instead of evaluated:
# it comes from strangers, and numpy's own reader fails in eight different ways on a garbled one.
_MAGIC = re.compile(rb"\x93NUMPY(?:\x01\x00(?P<short>..)|[\x02\x03]\x00(?P<long>....))", re.DOTALL)
_DESCRIPTION = re.compile(
    rb"\{'descr': '(?P<dtype>[^']*)', 'fortran_order': (?P<fortran>True|False), "
    rb"'shape': \((?P<shape>[\d, ]*)\), ?\} *\n"
)


@dataclass(frozen=True)
class Header:
    """Where the rows of a bitmap file start, in bytes, and how many it says there are."""

    offset: int
    rows: int

    @property
    def size(self) -> int:
        """How many bytes the whole file has."""
        return self.offset + self.rows * ROW_BYTES


def parse_header(head: bytes) -> Header:
    """Read the header at the start of a file; `head` is the first 128 bytes, or all if there are fewer.

    Raises CorruptFile if this is no npy file, or one that does not hold uint8 rows of 784.
    """
    magic = _MAGIC.match(head)
    if not magic:
        raise CorruptFile("not an npy file")
    offset = magic.end() + int.from_bytes(magic["short"] or magic["long"], "little")
    description = _DESCRIPTION.fullmatch(head, magic.end(), offset)
    if offset > len(head) or not description:
        raise CorruptFile("its npy header is garbled")
    return Header(offset, _rows(description))


def _rows(description: re.Match[bytes]) -> int:
    dtype, shape = description["dtype"].decode("latin-1"), description["shape"].decode("ascii")
    if dtype not in ("|u1", "u1") or description["fortran"] == b"True":
        order = " in Fortran order" if description["fortran"] == b"True" else ""
        raise CorruptFile(f"holds {dtype}{order}, not uint8")
    if not re.fullmatch(r"\d{1,12}, 784", shape):
        raise CorruptFile(f"has the shape ({shape}), not (n, 784)")
    return int(shape.split(",")[0])


def header_bytes(header: Header) -> bytes:
    """Return a header of exactly `header.offset` bytes."""
    description = b"{'descr': '|u1', 'fortran_order': False, 'shape': (%d, %d), }" % (header.rows, ROW_BYTES)
    length = header.offset - 10  # magic string, version and this very length take ten bytes
    return b"\x93NUMPY\x01\x00" + length.to_bytes(2, "little") + description.ljust(length - 1) + b"\n"


def read_header(path: Path) -> Header:
    """Read a file's header and check that as many rows follow. Raises CorruptFile, OSError."""
    with path.open("rb") as file:
        header = parse_header(file.read(HEADER_BYTES))
    size = path.stat().st_size
    if size != header.size:
        raise CorruptFile(f"its header says {header.rows:,} rows, {header.size:,} bytes, but it has {size:,} bytes")
    return header


def open_bitmaps(path: Path) -> npt.NDArray[np.uint8]:
    """Map a file's rows into memory, uint8 (n, 784), read-only; nothing is read until a row is touched.

    Raises CorruptFile, OSError.
    """
    header = read_header(path)
    if not header.rows:  # nothing to map
        return np.empty((0, ROW_BYTES), dtype=np.uint8)
    return np.memmap(path, dtype=np.uint8, mode="r", offset=header.offset, shape=(header.rows, ROW_BYTES))


def release_pages(bitmaps: npt.NDArray[np.uint8]) -> None:
    """Take the pages that were touched out of this process' memory; touching them again brings them back.

    Takes the very array that `open_bitmaps` returned. The system drops them by itself only when memory runs short.
    """
    if isinstance(bitmaps.base, mmap.mmap):
        bitmaps.base.madvise(mmap.MADV_DONTNEED)


@dataclass
class NpyRowCounter:
    """Counts the rows of a file as its bytes come in."""

    size: int = 0  # bytes

    def feed(self, chunk: bytes) -> None:
        self.size += len(chunk)

    @property
    def rows(self) -> int:
        return max(0, self.size - HEADER_BYTES) // ROW_BYTES

    def missing_bytes(self, rows: int) -> int:
        """Return how many bytes are missing until there are so many rows."""
        return max(0, HEADER_BYTES + rows * ROW_BYTES - self.size)


def keep_rows(path: Path, rows: int) -> None:
    """Make the first bytes of a bitmap file a file of its own with at most `rows` rows, and at least one.

    Raises CorruptFile, OSError.
    """
    with path.open("r+b") as file:
        header = parse_header(file.read(HEADER_BYTES))
        complete = (path.stat().st_size - header.offset) // ROW_BYTES
        if complete < 1:
            raise CorruptFile("holds no rows")
        kept = Header(header.offset, min(rows, complete))
        file.seek(0)
        file.write(header_bytes(kept))
        file.truncate(kept.size)


def iter_blocks(bitmaps: npt.NDArray[np.uint8], rows: int = 16_384) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield all rows in order, some at a time; the memory they take does not grow with the file.

    Takes the very array that `open_bitmaps` returned; what is yielded is a view of it, uint8 (at most `rows`, 784).
    """
    for start in range(0, len(bitmaps), rows):
        yield bitmaps[start : start + rows]
        release_pages(bitmaps)
