"""Vectors of drawings in files of this host, mapped into memory: all of its processes read and extend the same ones."""

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

ID_SIZE = 16  # bytes
ERASED = bytes(ID_SIZE)
CHUNK = 2048  # vectors that are compared at once


class VectorFile:
    """Unit vectors in steps of 1/127, and whose each is; appended to, or erased. Safe between processes."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._ids, self._vectors, self._lock = (folder / name for name in ("ids", "vectors", "lock"))
        self._swept = folder / "swept"
        if not self._swept.exists():
            self.mark_swept()
        self._dimensions = dimensions

    def __len__(self) -> int:
        """Return how many whole pairs of an id and a vector there are; a crash or a full disk may leave more of one."""
        sizes = [path.stat().st_size if path.exists() else 0 for path in (self._ids, self._vectors)]
        return min(sizes[0] // ID_SIZE, sizes[1] // self._dimensions)

    def missing(self, ids: Sequence[UUID]) -> list[UUID]:
        """Return those of `ids` that have no vector here."""
        if not ids:
            return []
        # Few ids are asked for, so these are sorted, not the many that are here.
        asked = np.sort(_keys(b"".join(one.bytes for one in ids)))
        here = _keys(self._read_ids())
        places = np.minimum(np.searchsorted(asked, here), len(asked) - 1)
        present = set(here[asked[places] == here].tolist())
        return [one for one in ids if _keys(one.bytes)[0] not in present]

    def add(self, ids: Sequence[UUID], vectors: Floats) -> None:
        """Append vectors (len(ids), dimensions). Those that are there already are left as they are."""
        with self._locked():
            new = set(self.missing(ids))
            chosen = [index for index, one in enumerate(ids) if one in new]
            if not chosen:
                return
            whole = len(self)
            self._append(self._vectors, whole * self._dimensions, np.rint(vectors[chosen] * INT8_STEPS).astype(np.int8))
            self._append(self._ids, whole * ID_SIZE, b"".join(ids[index].bytes for index in chosen))

    def _append(self, path: Path, whole: int, rows: bytes | npt.NDArray[np.int8]) -> None:
        """Add rows behind so many bytes; what a crash has left there would have all that follow stand askew."""
        with path.open("ab") as file:
            file.truncate(whole)
            file.write(bytes(rows))

    def erase(self, ids: Sequence[UUID]) -> int:
        """Overwrite these ids and their vectors with zeros, which are like nothing. Returns how many were here."""
        with self._locked():
            gone = _keys(b"".join(one.bytes for one in ids))
            places = np.flatnonzero(np.isin(_keys(self._read_ids()), gone)).tolist()
            _zero(self._ids, ID_SIZE, places)
            _zero(self._vectors, self._dimensions, places)
        return len(places)

    def age(self) -> float:
        """Return for how many seconds nobody has looked whose vectors should go."""
        return time.time() - self._swept.stat().st_mtime

    def mark_swept(self) -> None:
        self._swept.touch()

    def ids(self) -> list[UUID]:
        """Return whose vectors are here."""
        content = self._read_ids()
        found = (content[start : start + ID_SIZE] for start in range(0, len(content), ID_SIZE))
        return [UUID(bytes=one) for one in found if one != ERASED]

    def nearest(self, vector: Floats, count: int) -> list[tuple[UUID, float]]:
        """Return the ids whose vectors are most like this one, (dimensions,), best first, each with its likeness."""
        size = len(self)
        if not size:
            return []
        vectors = np.memmap(self._vectors, np.int8, mode="r", shape=(size, self._dimensions))
        scaled = vector / np.float32(INT8_STEPS)
        likeness = np.concatenate(
            [vectors[start : start + CHUNK].astype(np.float32) @ scaled for start in range(0, size, CHUNK)]
        )
        best = np.argsort(-likeness)[:count] if size <= count else _best(likeness, count)
        ids = np.memmap(self._ids, np.uint8, mode="r", shape=(size, ID_SIZE))
        return [(UUID(bytes=ids[index].tobytes()), float(likeness[index])) for index in best]

    def _read_ids(self) -> bytes:
        return self._ids.read_bytes()[: len(self) * ID_SIZE] if self._ids.exists() else b""

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _zero(path: Path, size: int, places: Sequence[int]) -> None:
    """Overwrite the rows of this size at these places."""
    if places:
        with path.open("r+b") as file:
            for place in places:
                file.seek(place * size)
                file.write(bytes(size))


def _keys(ids: bytes) -> npt.NDArray[np.int64]:
    """Return half of each id, whose 61 random bits are enough to tell 100,000 drawings apart."""
    return np.frombuffer(ids, np.int64)[1::2]


def _best(likeness: Floats, count: int) -> npt.NDArray[np.intp]:
    some = np.argpartition(-likeness, count)[:count]
    order: npt.NDArray[np.intp] = some[np.argsort(-likeness[some])]
    return order
