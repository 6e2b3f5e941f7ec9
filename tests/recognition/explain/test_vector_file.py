from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from recognition.explain.vector_file import VectorFile
from recognition.inference.feature_space import Floats

DIMENSIONS = 8


def unit(*axes: int) -> Floats:
    return np.eye(DIMENSIONS, dtype=np.float32)[list(axes)]


@pytest.fixture
def file(tmp_path: Path) -> VectorFile:
    return VectorFile(tmp_path / "vectors", DIMENSIONS)


@pytest.fixture
def ids() -> list[UUID]:
    return [uuid4() for _ in range(DIMENSIONS)]


def test_an_empty_file_has_no_neighbours(file: VectorFile) -> None:
    assert file.nearest(unit(0)[0], 3) == []


def test_the_nearest_come_first(file: VectorFile, ids: list[UUID]) -> None:
    file.add(ids, unit(*range(DIMENSIONS)))
    direction = (unit(2) + 0.5 * unit(5))[0]
    assert file.nearest(direction, 2) == [(ids[2], pytest.approx(1)), (ids[5], pytest.approx(0.5))]


def test_what_is_erased_is_found_no_more_and_nothing_of_it_is_left(
    file: VectorFile, ids: list[UUID], tmp_path: Path
) -> None:
    file.add(ids, unit(*range(DIMENSIONS)))
    assert file.erase([ids[2], uuid4()]) == 1
    assert ids[2] not in [one for one, _ in file.nearest(unit(2)[0], DIMENSIONS)]
    assert file.nearest(unit(3)[0], 1) == [(ids[3], pytest.approx(1))]
    assert file.ids() == ids[:2] + ids[3:]
    assert ids[2].bytes not in (tmp_path / "vectors" / "ids").read_bytes()
    assert (tmp_path / "vectors" / "vectors").read_bytes()[2 * DIMENSIONS : 3 * DIMENSIONS] == bytes(DIMENSIONS)


def test_what_is_erased_may_come_again(file: VectorFile, ids: list[UUID]) -> None:
    file.add(ids[:2], unit(0, 1))
    file.erase(ids[:1])
    assert file.missing(ids[:2]) == ids[:1]
    file.add(ids[:1], unit(5))
    assert file.nearest(unit(5)[0], 1) == [(ids[0], pytest.approx(1))]


@pytest.mark.parametrize("name", ["ids", "vectors"])
@pytest.mark.parametrize("left", [0, 7, 23])
def test_what_a_crash_has_left_half_written_is_written_anew(
    file: VectorFile, ids: list[UUID], tmp_path: Path, name: str, left: int
) -> None:
    file.add(ids[:3], unit(0, 1, 2))
    damaged = tmp_path / "vectors" / name
    damaged.write_bytes(damaged.read_bytes()[:left])
    file.nearest(unit(0)[0], 3)  # does not fail meanwhile
    file.add(ids, unit(*range(DIMENSIONS)))
    assert sorted(file.ids()) == sorted(ids)
    assert [file.nearest(unit(axis)[0], 1)[0][0] for axis in range(DIMENSIONS)] == ids


def test_nothing_is_erased_from_an_empty_file(file: VectorFile, ids: list[UUID]) -> None:
    assert file.erase(ids) == 0


def test_what_is_there_is_not_added_again(file: VectorFile, ids: list[UUID]) -> None:
    file.add(ids[:3], unit(0, 1, 2))
    file.add(ids[:4], unit(0, 1, 2, 3))
    assert len(file) == 4
    assert file.missing(ids) == ids[4:]


def test_another_process_sees_what_was_added(file: VectorFile, ids: list[UUID], tmp_path: Path) -> None:
    file.add(ids[:1], unit(0))
    assert VectorFile(tmp_path / "vectors", DIMENSIONS).nearest(unit(0)[0], 1) == [(ids[0], pytest.approx(1))]


def test_half_a_vector_that_a_crash_left_does_not_shift_the_next_ones(
    file: VectorFile, ids: list[UUID], tmp_path: Path
) -> None:
    file.add(ids[:1], unit(0))
    with (tmp_path / "vectors" / "vectors").open("ab") as vectors:
        vectors.write(b"half")
    file.add(ids[1:2], unit(1))
    assert file.nearest(unit(1)[0], 1) == [(ids[1], pytest.approx(1))]


def test_threads_that_add_at_once_lose_nothing(file: VectorFile, ids: list[UUID]) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda axis: file.add([ids[axis]], unit(axis)), list(range(DIMENSIONS)) * 3))
    assert len(file) == DIMENSIONS
    assert all(file.nearest(unit(axis)[0], 1)[0][0] == ids[axis] for axis in range(DIMENSIONS))
