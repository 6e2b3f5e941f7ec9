"""Drawings as files in Quick, Draw!'s layout, and what people said about them as a table."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import quote

import numpy as np
from django.db.models import Prefetch

from recognition.models import DoodleClass, Feedback, Prediction
from recognition.models.drawing import DrawingQuerySet
from recognition.transfer.ndjson import lines_of, simplified_lines_of
from recognition.transfer.packing import packed_of

CHUNK = 500  # rows of the database in memory at a time
PIXELS = 784
LONGEST = 240  # bytes of a file's name without its ending; file systems allow 255
COLUMNS = ("drawing", "said", "correct", "by_staff", "label", "status", "guess", "confidence", "version", "at")


@dataclass(frozen=True)
class File:
    """A file of an export. Its rows can be taken once, and are read from the database as they are."""

    path: str  # as Quick, Draw! lays them out
    rows: Iterator[bytes]  # a drawing or an answer each
    head: bytes = b""


Export = Callable[[DrawingQuerySet], Iterator[File]]


def raw(drawings: DrawingQuerySet) -> Iterator[File]:
    """Write full/raw/<class>.ndjson: strokes as they were drawn, with times where known."""
    for name, its in _stroked(drawings):
        yield File(f"full/raw/{name}.ndjson", (line.encode() for line in lines_of(its)))


def simplified(drawings: DrawingQuerySet) -> Iterator[File]:
    """Write full/simplified/<class>.ndjson: strokes in whole numbers from 0 to 255, without times."""
    for name, its in _stroked(drawings):
        yield File(f"full/simplified/{name}.ndjson", (line.encode() for line in simplified_lines_of(its)))


def binary(drawings: DrawingQuerySet) -> Iterator[File]:
    """Write full/binary/<class>.bin: the simplified strokes, packed."""
    for name, its in _stroked(drawings):
        yield File(f"full/binary/{name}.bin", packed_of(its))


def bitmaps(drawings: DrawingQuerySet) -> Iterator[File]:
    """Write full/numpy_bitmap/<class>.npy: uint8 (n, 784), white ink on black."""
    for name, its in _by_class(drawings):
        # A file says first how many rows it has, and drawings come and go: so they wait on the disk until all are read.
        with tempfile.TemporaryFile() as spool:
            for bitmap in its.values_list("bitmap", flat=True).iterator(CHUNK):
                spool.write(bitmap)
            rows = spool.tell() // PIXELS
            spool.seek(0)
            if rows:
                yield File(f"full/numpy_bitmap/{name}.npy", _slices(spool), _npy_head(rows))


def feedback(drawings: DrawingQuerySet) -> Iterator[File]:
    """Write feedback.csv: what everybody said about the drawings, and what these were taken for."""
    said = Feedback.objects.filter(drawing__in=drawings.order_by().values("pk")).order_by("pk")
    said = said.select_related("drawing__label", "label").defer("drawing__bitmap", "drawing__strokes")
    said = said.prefetch_related(Prefetch("drawing__predictions", Prediction.objects.with_version()))
    yield File("feedback.csv", (_csv(_answer(one)) for one in said.iterator(CHUNK)), _csv(COLUMNS))


EXPORTS: dict[str, Export] = {
    "ndjson": raw,
    "simplified": simplified,
    "bin": binary,
    "npy": bitmaps,
    "csv": feedback,
}


def _stroked(drawings: DrawingQuerySet) -> Iterator[tuple[str, DrawingQuerySet]]:
    return _by_class(drawings.filter(strokes__isnull=False))


def _by_class(drawings: DrawingQuerySet) -> Iterator[tuple[str, DrawingQuerySet]]:
    """Yield each class that there are drawings of, by its file's name, and these, the oldest first."""
    labels = drawings.filter(label__isnull=False).order_by().values("label")
    for doodle_class in DoodleClass.objects.filter(pk__in=labels):
        yield _file_name(doodle_class), drawings.filter(label=doodle_class).order_by("created_at", "id")


def _file_name(doodle_class: DoodleClass) -> str:
    """Return a class's name as Quick, Draw! names files; one of our own may hold what no file name can."""
    name = quote(doodle_class.name, safe=" !'&,()")
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 9]} {doodle_class.pk:08}"


def _npy_head(rows: int) -> bytes:
    head = io.BytesIO()
    described = {"descr": "|u1", "fortran_order": False, "shape": (rows, PIXELS)}
    np.lib.format.write_array_header_1_0(head, described)
    return head.getvalue()


def _slices(file: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: file.read(PIXELS), b"")


def _csv(values: tuple[Any, ...]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue().encode()


def _answer(feedback: Feedback) -> tuple[Any, ...]:
    drawing = feedback.drawing
    guess = drawing.first_prediction()
    about = (guess.label, f"{guess.confidence:.4f}", guess.model_version.number) if guess else ("", "", "")
    label = drawing.label or ""
    return (drawing.pk, feedback.label or "", feedback.correct, feedback.by_staff, label, drawing.status, *about,
            feedback.updated_at.isoformat())  # fmt: skip
