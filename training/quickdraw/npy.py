"""npy files of bitmaps: uint8 (n, 784), white ink on black, one row for each drawing."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.quickdraw.errors import CorruptFile

ROW_BYTES = 28 * 28
HEADER_BYTES = 128  # holds the whole header: numpy writes 128 bytes for such an array, before version 1.14 80

# The header as numpy writes it (https://numpy.org/neps/nep-0001-npy-format.html). A regular expression reads it
# because the file is untrusted, and numpy's own reader raises eight different errors for a damaged header.
NPY_MAGIC = b"\x93NUMPY"
_MAGIC = re.compile(rb"\x93NUMPY(?:\x01\x00(?P<short>..)|[\x02\x03]\x00(?P<long>....))", re.DOTALL)
_DESCRIPTION = re.compile(
    rb"\{'descr': '(?P<dtype>[^']*)', 'fortran_order': (?P<fortran>True|False), "
    rb"'shape': \((?P<shape>[\d, ]*)\), ?\} *\n"
)


@dataclass(frozen=True)
class Header:
    """The header of a bitmap file."""

    offset: int  # of the first row, in bytes
    rows: int

    @property
    def size(self) -> int:
        """Return the size of the whole file, in bytes."""
        return self.offset + self.rows * ROW_BYTES


def parse_header(head: bytes) -> Header:
    """Parse the header from the first 128 bytes of a file, or from all bytes of a shorter one.

    Raises CorruptFile for anything but an npy file with uint8 rows of 784.
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
    """Serialize a header to exactly `header.offset` bytes."""
    description = b"{'descr': '|u1', 'fortran_order': False, 'shape': (%d, %d), }" % (header.rows, ROW_BYTES)
    length = header.offset - 10  # magic string, version and this length take ten bytes
    return b"\x93NUMPY\x01\x00" + length.to_bytes(2, "little") + description.ljust(length - 1) + b"\n"


def read_header(path: Path) -> Header:
    """Read a file's header and check the file's size against it. Raises CorruptFile, OSError.

    A second array may follow, as in the files of `manage.py export_drawings`.
    """
    with path.open("rb") as file:
        header = parse_header(file.read(HEADER_BYTES))
        file.seek(header.size)
        is_followed = file.read(len(NPY_MAGIC)) == NPY_MAGIC
    size = path.stat().st_size
    if size != header.size and not is_followed:
        raise CorruptFile(f"its header says {header.rows:,} rows, {header.size:,} bytes, but it has {size:,} bytes")
    return header


def open_bitmaps(path: Path) -> npt.NDArray[np.uint8]:
    """Memory-map a file's rows, uint8 (n, 784), read-only; a row is read when it is first used.

    Raises CorruptFile, OSError.
    """
    header = read_header(path)
    if not header.rows:  # nothing to map
        return np.empty((0, ROW_BYTES), dtype=np.uint8)
    return np.memmap(path, dtype=np.uint8, mode="r", offset=header.offset, shape=(header.rows, ROW_BYTES))


def release_pages(bitmaps: npt.NDArray[np.uint8]) -> None:
    """Drop the pages of a memory-mapped file from this process's memory; using a row reads it again.

    bitmaps: the array that `open_bitmaps` returned, not a view of it. The system drops pages by itself only when memory
    runs short.
    """
    if isinstance(bitmaps.base, mmap.mmap):
        bitmaps.base.madvise(mmap.MADV_DONTNEED)


@dataclass
class NpyRowCounter:
    """Counts the rows of an npy file as its bytes arrive."""

    size: int = 0  # bytes

    def feed(self, chunk: bytes) -> None:
        self.size += len(chunk)

    @property
    def rows(self) -> int:
        return max(0, self.size - HEADER_BYTES) // ROW_BYTES

    def missing_bytes(self, rows: int) -> int:
        """Return how many bytes are missing to `rows` rows."""
        return max(0, HEADER_BYTES + rows * ROW_BYTES - self.size)


def keep_rows(path: Path, rows: int) -> None:
    """Turn the first bytes of a bitmap file into a valid file of one to `rows` rows.

    Raises CorruptFile, OSError.
    """
    with path.open("r+b") as file:
        header = parse_header(file.read(HEADER_BYTES))
        complete = (path.stat().st_size - header.offset) // ROW_BYTES
        if complete < 1:
            raise CorruptFile("holds no rows")
        new_header = Header(header.offset, min(rows, complete))
        file.seek(0)
        file.write(header_bytes(new_header))
        file.truncate(new_header.size)


def iter_blocks(bitmaps: npt.NDArray[np.uint8], rows: int = 16_384) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield all rows in order, in views of up to `rows` rows: uint8 (n, 784).

    bitmaps: the array that `open_bitmaps` returned. Memory does not grow with the file.
    """
    for start in range(0, len(bitmaps), rows):
        yield bitmaps[start : start + rows]
        release_pages(bitmaps)
