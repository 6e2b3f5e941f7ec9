"""A small disk that tests can fill and empty, where this user may mount one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STEP_BYTES = (1 << 20, 1 << 12, 1)  # until not even one more byte fits


class Disk:
    """A folder; `can_be_filled` says whether it is a disk of its own."""

    def __init__(self, folder: Path, *, can_be_filled: bool) -> None:
        self.folder = folder
        self.can_be_filled = can_be_filled
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        if not self.can_be_filled:
            raise RuntimeError(f"{self.folder} is not a disk of its own.")
        with self._ballast.open("ab", buffering=0) as file:
            for step in STEP_BYTES:
                with suppress(OSError):
                    while True:
                        file.write(bytes(step))

    def empty(self) -> None:
        """Remove the data that `fill` wrote."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Mount a disk in memory on a new folder; without the right to mount, use a normal folder."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "doodlesite-chaos", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True).returncode == 0
    try:
        yield Disk(folder, can_be_filled=mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
