"""The files of the Quick, Draw! data set and their names in Google's bucket `quickdraw_dataset`."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from urllib.parse import quote

from recognition.infra.words import similar_words, word_key


class Format(StrEnum):
    """The two file formats of a category that this project reads."""

    NPY = "npy"  # bitmaps
    NDJSON = "ndjson"  # simplified strokes

    @property
    def folder(self) -> str:
        return "numpy_bitmap" if self is Format.NPY else "simplified"


@cache
def categories() -> tuple[str, ...]:
    """Return the names of the 345 categories, in alphabetical order."""
    return tuple(Path(__file__).with_name("categories.txt").read_text("utf-8").splitlines())


def nearest_category(name: str) -> str | None:
    """Return the category most similar to a misspelled name, if any is close."""
    return next(iter(similar_words(name, categories(), 1)), None)


def official_name(name: str) -> str:
    """Return the category that is the same word as a class; the class's name if there is none."""
    return _by_key().get(word_key(name), name)


@cache
def _by_key() -> dict[str, str]:
    return {word_key(category): category for category in categories()}


def official_path(name: str, form: Format) -> str:
    """Return the path of a category in the bucket."""
    return f"full/{form.folder}/{name}.{form}"


def official_url(root: str, name: str, form: Format) -> str:
    return f"{root.rstrip('/')}/{quote(official_path(name, form))}"


def candidate_paths(name: str, form: Format) -> Iterator[str]:
    """Yield the paths where a category may be: laid out as in the bucket, flat, or named by a browser."""
    yield official_path(name, form)
    yield f"{form.folder}/{name}.{form}"
    yield f"{name}.{form}"
    yield f"full_{form.folder}_{name}.{form}"
