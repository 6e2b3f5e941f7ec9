"""Streams files as one zip archive, which is sent while it is written, in constant memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from recognition.transfer.export import ExportFile

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

CHUNK_BYTES = 1 << 16  # sent at a time, at least


def stream_zip(files: Iterable[ExportFile]) -> Iterator[bytes]:
    """Yield a zip archive of the files in chunks.

    A truncated archive lacks the central directory at its end, so no program accepts it as complete.
    """
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as archive:
        for file in files:
            with archive.open(file.path, "w", force_zip64=True) as member:  # the size is not known in advance
                member.write(file.header)
                for row in chain(file.rows, file.footer):
                    member.write(row)
                    if pipe.size >= CHUNK_BYTES:
                        yield pipe.drain()
    yield pipe.drain()


class _Pipe(io.RawIOBase):
    """A write-only file that is not seekable, whose content can be taken out."""

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

    def drain(self) -> bytes:
        """Return and forget everything written since the last call."""
        pieces, self._pieces, self.size = self._pieces, [], 0
        return b"".join(pieces)
