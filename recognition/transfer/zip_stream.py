"""Files as one zip that is sent while it is made: whatever it will hold, little of it is in memory at a time."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from recognition.transfer.export import File

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

ENOUGH = 1 << 16  # bytes worth sending


def zipped(files: Iterable[File]) -> Iterator[bytes]:
    """Yield a zip of the files, piece by piece; one that breaks off has no directory, so nothing takes it for whole."""
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as archive:
        for one in files:
            with archive.open(one.path, "w", force_zip64=True) as member:  # nobody knows yet how large it becomes
                member.write(one.head)
                for row in one.rows:
                    member.write(row)
                    if pipe.size >= ENOUGH:
                        yield pipe.taken()
    yield pipe.taken()


class _Pipe(io.RawIOBase):
    """What is written at one end is taken at the other; a zip cannot go back in it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self.size += len(piece)
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces, self.size = self._pieces, [], 0
        return b"".join(pieces)
