"""Vectors of drawings in memory-mapped files, which all processes of a host share."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import numpy as np
import numpy.typing as npt

from recognition.inference.feature_space import INT8_STEPS, Floats

ID_BYTES = 16
ERASED = bytes(ID_BYTES)
CHUNK_ROWS = 2048  # vectors compared at a time


class VectorFile:
    """int8-quantized unit vectors with their drawing ids; safe to use from several processes."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._ids, self._vectors, self._lock = (folder / name for name in ("ids", "vectors", "lock"))
        self._swept = folder / "swept"
        if not self._swept.exists():
            self.mark_swept()
        self._dimensions = dimensions

    def __len__(self) -> int:
        """Return the number of complete rows; a crash or a full disk may leave half a row."""
        sizes = [path.stat().st_size if path.exists() else 0 for path in (self._ids, self._vectors)]
        return min(sizes[0] // ID_BYTES, sizes[1] // self._dimensions)

    def missing(self, ids: Sequence[UUID]) -> list[UUID]:
        """Return the ids without a vector."""
        if not ids:
            return []
        # Sorts the few wanted ids instead of the many stored ones.
        wanted = np.sort(_keys(b"".join(pk.bytes for pk in ids)))
        stored = _keys(self._read_ids())
        places = np.minimum(np.searchsorted(wanted, stored), len(wanted) - 1)
        present = set(stored[wanted[places] == stored].tolist())
        return [pk for pk in ids if _keys(pk.bytes)[0] not in present]

    def add(self, ids: Sequence[UUID], vectors: Floats) -> None:
        """Append vectors, float32 (len(ids), dimensions), except those whose ids are already stored."""
        with self._locked():
            new = set(self.missing(ids))
            chosen = [index for index, pk in enumerate(ids) if pk in new]
            if not chosen:
                return
            size = len(self)
            self._append(self._vectors, size * self._dimensions, np.rint(vectors[chosen] * INT8_STEPS).astype(np.int8))
            self._append(self._ids, size * ID_BYTES, b"".join(ids[index].bytes for index in chosen))

    def _append(self, path: Path, size: int, rows: bytes | npt.NDArray[np.int8]) -> None:
        """Write rows after the first `size` bytes; an incomplete row from a crash is cut off, to keep rows aligned."""
        with path.open("ab") as file:
            file.truncate(size)
            file.write(bytes(rows))

    def erase(self, ids: Sequence[UUID]) -> int:
        """Overwrite ids and their vectors with zeros, which match no drawing; return how many there were."""
        with self._locked():
            gone = _keys(b"".join(pk.bytes for pk in ids))
            places = np.flatnonzero(np.isin(_keys(self._read_ids()), gone)).tolist()
            _zero(self._ids, ID_BYTES, places)
            _zero(self._vectors, self._dimensions, places)
        return len(places)

    def seconds_since_sweep(self) -> float:
        """Return the seconds since `mark_swept` was last called."""
        return time.time() - self._swept.stat().st_mtime

    def mark_swept(self) -> None:
        self._swept.touch()

    def ids(self) -> list[UUID]:
        """Return the ids of all stored vectors."""
        content = self._read_ids()
        rows = (content[start : start + ID_BYTES] for start in range(0, len(content), ID_BYTES))
        return [UUID(bytes=row) for row in rows if row != ERASED]

    def nearest(self, vector: Floats, count: int) -> list[tuple[UUID, float]]:
        """Return the ids of the `count` nearest vectors and their cosine similarities to `vector` (dimensions,)."""
        size = len(self)
        if not size:
            return []
        vectors = np.memmap(self._vectors, np.int8, mode="r", shape=(size, self._dimensions))
        scaled = vector / np.float32(INT8_STEPS)
        similarities = np.concatenate(
            [vectors[start : start + CHUNK_ROWS].astype(np.float32) @ scaled for start in range(0, size, CHUNK_ROWS)]
        )
        best = np.argsort(-similarities)[:count] if size <= count else _best(similarities, count)
        ids = np.memmap(self._ids, np.uint8, mode="r", shape=(size, ID_BYTES))
        return [(UUID(bytes=ids[index].tobytes()), float(similarities[index])) for index in best]

    def _read_ids(self) -> bytes:
        return self._ids.read_bytes()[: len(self) * ID_BYTES] if self._ids.exists() else b""

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _zero(path: Path, size: int, places: Sequence[int]) -> None:
    """Overwrite rows of `size` bytes with zeros; `places` are row numbers."""
    if places:
        with path.open("r+b") as file:
            for place in places:
                file.seek(place * size)
                file.write(bytes(size))


def _keys(ids: bytes) -> npt.NDArray[np.int64]:
    """Return the second half of each id: 61 random bits are enough to distinguish 100,000 drawings."""
    return np.frombuffer(ids, np.int64)[1::2]


def _best(similarities: Floats, count: int) -> npt.NDArray[np.intp]:
    """Return the indexes of the `count` highest values, the highest first, without sorting all of them."""
    some = np.argpartition(-similarities, count)[:count]
    order: npt.NDArray[np.intp] = some[np.argsort(-similarities[some])]
    return order
