"""The bytes of a server's file that are on disk: in a partial file, in a finished file, or none."""

from __future__ import annotations

import glob
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

OVERLAP_BYTES = 784  # fetched again, to check that the bytes on disk belong to the server's file


@dataclass(frozen=True)
class Prefix:
    """The first bytes of the server's file that is to become `target`.

    A partial file is next to its target as `cat.npy.<version>.partial`. The version is the server's, so that bytes of
    two versions are never mixed. A finished file may come from anywhere: its version is None.
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
        """Return the last bytes on disk, at most 784."""
        if not self.path:
            return b""
        with self.path.open("rb") as file:
            file.seek(max(0, self.size - OVERLAP_BYTES))
            return file.read()

    def begin(self, version: str) -> Path:
        """Return the partial file to append to; creates it if needed, as a copy of the finished file."""
        if self.path and self.is_partial:
            return self.path
        partial = self.target.with_name(f"{self.target.name}.{version}.partial")
        if self.path:
            shutil.copyfile(self.path, partial)
        return partial

    def discard(self) -> None:
        """Delete the partial file, but never a finished one."""
        if self.path and self.is_partial:
            self.path.unlink(missing_ok=True)

    def publish(self) -> None:
        """Move the partial file to the target: atomically, and durably even if the power fails."""
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
