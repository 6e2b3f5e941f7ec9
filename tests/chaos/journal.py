"""The journal: requests of the users and the responses that they got, to compare with the database."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class Journal:
    """A file with a line of JSON for each event, written at once. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a", buffering=1)
        self._lock = threading.Lock()
        self._serial = 0

    def next_serial(self) -> int:
        """Return a number that is unique in this journal."""
        with self._lock:
            self._serial += 1
            return self._serial

    def write(self, event: str, **facts: Any) -> None:
        line = json.dumps({"event": event, "at": time.monotonic(), **facts})
        with self._lock:
            self._file.write(f"{line}\n")

    def close(self) -> None:
        self._file.close()


def entries(path: Path) -> Iterator[Entry]:
    with path.open() as lines:
        for line in lines:
            yield json.loads(line)
