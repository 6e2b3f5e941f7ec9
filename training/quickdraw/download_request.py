"""What a download is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from training.quickdraw import ndjson, npy
from training.quickdraw.catalog import Format


@dataclass(frozen=True)
class DownloadRequest:
    """The first rows of one official file."""

    name: str
    form: Format
    rows: int

    def __str__(self) -> str:
        return f"{self.name} ({self.form})"

    def row_counter(self, path: Path | None) -> npy.NpyRowCounter | ndjson.NdjsonRowCounter:
        """Count what a partial or finished file holds, ready to count on."""
        tally = npy.NpyRowCounter() if self.form is Format.NPY else ndjson.NdjsonRowCounter()
        if path:
            with path.open("rb") as file:
                for block in iter(lambda: file.read(1 << 20), b""):
                    tally.feed(block)
        return tally

    def finish(self, path: Path) -> None:
        """Turn the server's first bytes into a sound file of its own. Raises CorruptFile, OSError."""
        if self.form is Format.NPY:
            npy.keep_rows(path, self.rows)
        else:
            ndjson.keep_rows(path, self.rows, self.name)
