"""A request for the first rows of one official file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from training.quickdraw import ndjson, npy
from training.quickdraw.catalog import Format

BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class DownloadRequest:
    """The first `rows` rows of one official file."""

    name: str
    form: Format
    rows: int

    def __str__(self) -> str:
        return f"{self.name} ({self.form})"

    def row_counter(self, path: Path | None) -> npy.NpyRowCounter | ndjson.NdjsonRowCounter:
        """Return a counter that has read a partial or finished file and can go on counting."""
        counter = npy.NpyRowCounter() if self.form is Format.NPY else ndjson.NdjsonRowCounter()
        if path:
            with path.open("rb") as file:
                for block in iter(lambda: file.read(BLOCK_BYTES), b""):
                    counter.feed(block)
        return counter

    def finish(self, path: Path) -> None:
        """Turn the first bytes of the server's file into a valid file. Raises CorruptFile, OSError."""
        if self.form is Format.NPY:
            npy.keep_rows(path, self.rows)
        else:
            ndjson.keep_rows(path, self.rows, self.name)
