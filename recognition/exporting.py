"""Accepted drawings as files in Quick, Draw!'s layout, and what people said as a table."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import numpy as np

from recognition.models import DoodleClass, Drawing, Feedback
from recognition.models.drawing import DrawingQuerySet
from recognition.ndjson import lines_of

CHUNK = 500  # rows of the database in memory at a time
COLUMNS = ("drawing", "said", "correct", "by_staff", "label", "status", "guess", "confidence", "version", "at")

Export = Callable[[Path, DoodleClass], int]


def export_ndjson(folder: Path, doodle_class: DoodleClass) -> int:
    """Write full/raw/<class>.ndjson: strokes as they were drawn, with times where known. Returns how many."""
    drawings = _accepted(doodle_class).filter(strokes__isnull=False)
    if not drawings.exists():
        return 0
    with _whole(folder / "full" / "raw" / f"{_file_name(doodle_class)}.ndjson") as file:
        return sum(1 for line in lines_of(drawings) if file.write(line.encode()))


def export_npy(folder: Path, doodle_class: DoodleClass) -> int:
    """Write full/numpy_bitmap/<class>.npy: uint8 (n, 784), white ink on black. Returns how many."""
    bitmaps = _accepted(doodle_class).values_list("bitmap", flat=True)
    rows = np.frombuffer(b"".join(bytes(bitmap) for bitmap in bitmaps.iterator(CHUNK)), np.uint8).reshape(-1, 784)
    if len(rows):
        with _whole(folder / "full" / "numpy_bitmap" / f"{_file_name(doodle_class)}.npy") as file:
            np.save(file, rows)
    return len(rows)


EXPORTS: dict[str, Export] = {"ndjson": export_ndjson, "npy": export_npy}


def export_feedback(folder: Path) -> int:
    """Write feedback.csv: what everybody said about any drawing, and what it was taken for. Returns how many."""
    said = Feedback.objects.select_related("drawing__label", "label").defer("drawing__bitmap", "drawing__strokes")
    said = said.prefetch_related("drawing__predictions__model_version").order_by("pk")
    with _whole(folder / "feedback.csv") as file:
        lines = _Encoded(file)
        table = csv.writer(lines)
        table.writerow(COLUMNS)
        return sum(1 for feedback in said.iterator(CHUNK) if table.writerow(_row(feedback)))


class _Encoded:
    """What csv writes, as bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode())


def _row(feedback: Feedback) -> tuple[Any, ...]:
    drawing = feedback.drawing
    guess = drawing.first_prediction()
    about = (guess.label, f"{guess.confidence:.4f}", guess.model_version.number) if guess else ("", "", "")
    label = drawing.label or ""
    return (drawing.pk, feedback.label or "", feedback.correct, feedback.by_staff, label, drawing.status, *about,
            feedback.updated_at.isoformat())  # fmt: skip


def _accepted(doodle_class: DoodleClass) -> DrawingQuerySet:
    return Drawing.objects.accepted().filter(label=doodle_class).order_by("created_at", "id")


def _file_name(doodle_class: DoodleClass) -> str:
    """Return a class's name as Quick, Draw! names files; one of our own may hold what no file name can."""
    return quote(doodle_class.name, safe=" !'&,()")


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that appears when it is whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.partial")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
