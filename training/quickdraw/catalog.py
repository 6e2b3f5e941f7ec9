"""The files of the Quick, Draw! data set and their names in Google's bucket `quickdraw_dataset`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from urllib.parse import quote


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
    by_folded = {category.casefold(): category for category in categories()}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1)
    return by_folded[close[0]] if close else None


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
