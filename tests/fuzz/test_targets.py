"""Short versions of `make fuzz`, with the same inputs each time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import seeds
from tests.fuzz.hostile import IMAGES, STROKES
from tests.fuzz.targets import FUZZES, image, strokes

INPUTS = {
    "strokes": 300,
    "images": 120,
    "npy files": 150,
    "ndjson files": 150,
    "artifacts, as served": 40,
    "features": 150,
    "starter.json": 40,
    "vector files": 120,
}


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # of what Pillow does with a file that it refuses
@pytest.mark.parametrize("name", INPUTS)
def test_whatever_comes_is_refused_in_words_or_can_be_used(name: str) -> None:
    fuzz, said = FUZZES[name], set()

    @settings(max_examples=INPUTS[name], derandomize=True, database=None)
    @given(st.integers(0, 10**9))
    def try_one(number: int) -> None:
        said.add(fuzz.target(fuzz.input(number)))

    try_one()
    assert said == {True, False}


@pytest.mark.parametrize("name", INPUTS)
def test_what_it_starts_from_is_sound(name: str) -> None:
    fuzz = FUZZES[name]
    assert any(fuzz.target(seed) for seed in fuzz.seeds())


@pytest.mark.parametrize("name", ["spiral", "as many strokes"])  # `make fuzz` tries them all
def test_strokes_made_to_take_long_are_drawn_and_exported(name: str) -> None:
    assert strokes(STROKES[name]())


@pytest.mark.parametrize("name", ["largest WebP", "as many scans"])
def test_images_made_to_take_long_or_much_are_read_or_refused(name: str) -> None:
    image(IMAGES[name]())


def test_images_of_all_kinds_that_are_taken_are_tried() -> None:
    assert {data[:2] for data in seeds.images()} >= {b"\x89P", b"\xff\xd8", b"RI", b"GI"}
