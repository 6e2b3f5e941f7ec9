"""What is on disk of a file on the server: its first bytes, in a partial file, in a finished one, or none yet."""

from __future__ import annotations

import glob
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

OVERLAP_BYTES = 784  # bytes fetched once more, to see that what we have and what the server has belong together


@dataclass(frozen=True)
class Prefix:
    """The first bytes of the server's file that is to become `target`.

    A partial file lies beside its target as `cat.npy.<version>.partial`; the version is the server's, so that bytes
    of two versions never meet. A finished file may have come from anywhere: its version is None.
    """

    target: Path
    path: Path | None
    version: str | None

    @classmethod
    def find(cls, target: Path) -> Prefix:
        partials = list(target.parent.glob(f"{glob.escape(target.name)}.*.partial"))
        if partials:
            longest = max(partials, key=lambda path: path.stat().st_size)
            return cls(target, longest, longest.name.split(".")[-2])
        return cls(target, target if target.exists() else None, None)

    @property
    def is_partial(self) -> bool:
        return self.version is not None

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path else 0

    def tail(self) -> bytes:
        """Return the last bytes there are, at most 784."""
        if not self.path:
            return b""
        with self.path.open("rb") as file:
            file.seek(max(0, self.size - OVERLAP_BYTES))
            return file.read()

    def begin(self, version: str) -> Path:
        """Return the partial file to append to: begun now if there is none, with a copy of what is finished."""
        if self.path and self.is_partial:
            return self.path
        partial = self.target.with_name(f"{self.target.name}.{version}.partial")
        if self.path:
            shutil.copyfile(self.path, partial)
        return partial

    def discard(self) -> None:
        """Delete the partial file; a finished one stays."""
        if self.path and self.is_partial:
            self.path.unlink(missing_ok=True)

    def publish(self) -> None:
        """Put the partial file in the target's place, all at once and for good, even if the power fails."""
        if self.path and self.is_partial:
            _flush(self.path)
            self.path.replace(self.target)
            _flush(self.target.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
