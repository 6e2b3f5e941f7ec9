"""Exports drawings as files in Quick, Draw!'s layout, and the feedback about them as a table."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any
from urllib.parse import quote

from django.db.models import Prefetch

from recognition.models import DoodleClass, Feedback, Prediction
from recognition.models.drawing import DrawingQuerySet
from recognition.transfer.ndjson import KNOWN, exported_details, exported_lines
from recognition.transfer.npy import npy_header
from recognition.transfer.packing import packed_of
from recognition.transfer.rows import PIXELS

CHUNK_ROWS = 500  # database rows in memory at a time
BYTE_ORDER_MARK = "\ufeff".encode()  # by which spreadsheets know UTF-8
FORMULA_STARTS = tuple("=+-@\t\r\n")  # a spreadsheet would compute a cell that begins so
CHUNK_BYTES = 1 << 16  # of a spooled file in memory at a time
MAX_NAME_BYTES = 230  # of a file name without .ndjson.partial and a dot before it; file systems allow 255
UNBUFFERED = {"X-Accel-Buffering": "no"}  # the proxy stores no copy: an export may be larger than its disk
COLUMNS = ("drawing", "said", "correct", "by_staff", "label", "status", "guess", "confidence", "version", "at")


@dataclass(frozen=True)
class ExportFile:
    """A file of an export; its rows can be read once, and come from the database while they are read."""

    path: str  # in Quick, Draw!'s layout
    rows: Iterator[bytes]  # one per drawing, or per feedback
    header: bytes = b""
    footer: Iterable[bytes] = ()


Export = Callable[[DrawingQuerySet], Iterator[ExportFile]]


def raw(drawings: DrawingQuerySet) -> Iterator[ExportFile]:
    """Export full/raw/<class>.ndjson: strokes as they were drawn, with times where known."""
    for name, of_class in _by_class_with_strokes(drawings):
        yield ExportFile(f"full/raw/{name}.ndjson", map(str.encode, exported_lines(of_class, simplified=False)))


def simplified(drawings: DrawingQuerySet) -> Iterator[ExportFile]:
    """Export full/simplified/<class>.ndjson: simplified strokes, integers from 0 to 255, without times."""
    for name, of_class in _by_class_with_strokes(drawings):
        yield ExportFile(f"full/simplified/{name}.ndjson", map(str.encode, exported_lines(of_class, simplified=True)))


def binary(drawings: DrawingQuerySet) -> Iterator[ExportFile]:
    """Export full/binary/<class>.bin: the simplified strokes in Quick, Draw!'s binary format."""
    for name, of_class in _by_class_with_strokes(drawings):
        yield ExportFile(f"full/binary/{name}.bin", packed_of(of_class))


def bitmaps(drawings: DrawingQuerySet) -> Iterator[ExportFile]:
    """Export full/numpy_bitmap/<class>.npy: uint8 (n, 784), white ink on black, and what else is known of each.

    That is a second array, uint8 (size,): lines of JSON, which programs that read one array do not see.
    """
    for name, of_class in _by_class(drawings):
        # An npy file starts with its number of rows, which may change meanwhile: so all rows are spooled to disk first.
        with tempfile.TemporaryFile() as spool, tempfile.TemporaryFile() as details:
            known = of_class.select_related("label").defer("strokes", "pens").with_predictions()
            for drawing in known.prefetch_related(*KNOWN).iterator(CHUNK_ROWS):
                spool.write(drawing.bitmap)
                details.write(exported_details(drawing).encode())
            rows, size = spool.tell() // PIXELS, details.tell()
            spool.seek(0)
            details.seek(0)
            if rows:
                footer = chain([npy_header((size,))], iter(lambda: details.read(CHUNK_BYTES), b""))
                head = npy_header((rows, PIXELS))
                yield ExportFile(f"full/numpy_bitmap/{name}.npy", _bitmap_rows(spool), head, footer)


def feedback(drawings: DrawingQuerySet) -> Iterator[ExportFile]:
    """Export feedback.csv: all feedback about the drawings, with their first predictions."""
    entries = Feedback.objects.filter(drawing__in=drawings.order_by().values("pk")).order_by("pk")
    entries = entries.select_related("drawing__label", "label").defer("drawing__bitmap", "drawing__strokes")
    entries = entries.prefetch_related(Prefetch("drawing__predictions", Prediction.objects.with_version()))
    yield ExportFile(
        "feedback.csv",
        (_csv_row(_columns(entry)) for entry in entries.iterator(CHUNK_ROWS)),
        BYTE_ORDER_MARK + _csv_row(COLUMNS),
    )


EXPORTS: dict[str, Export] = {
    "ndjson": raw,
    "simplified": simplified,
    "bin": binary,
    "npy": bitmaps,
    "csv": feedback,
}


def _by_class_with_strokes(drawings: DrawingQuerySet) -> Iterator[tuple[str, DrawingQuerySet]]:
    return _by_class(drawings.filter(strokes__isnull=False))


def _by_class(drawings: DrawingQuerySet) -> Iterator[tuple[str, DrawingQuerySet]]:
    """Yield each class that has drawings, as its file name, with its drawings, the oldest first."""
    labels = drawings.filter(label__isnull=False).order_by().values("label")
    for doodle_class in DoodleClass.objects.filter(pk__in=labels):
        yield _file_name(doodle_class), drawings.filter(label=doodle_class).order_by("created_at", "id")


def _file_name(doodle_class: DoodleClass) -> str:
    """Return a file name for a class as Quick, Draw! has it, with the characters escaped that files cannot have."""
    name = quote(doodle_class.name, safe=" !'&,")
    return name if len(name) <= MAX_NAME_BYTES else f"{name[: MAX_NAME_BYTES - 9]} {doodle_class.pk:08}"


def _bitmap_rows(file: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: file.read(PIXELS), b"")


def _csv_row(values: tuple[Any, ...]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(f"'{value}" if str(value).startswith(FORMULA_STARTS) else value for value in values)
    return line.getvalue().encode()


def _columns(feedback: Feedback) -> tuple[Any, ...]:
    """Return the values of COLUMNS for one feedback."""
    drawing = feedback.drawing
    guess = drawing.first_prediction()
    prediction = (guess.label, f"{guess.confidence:.4f}", guess.model_version.number) if guess else ("", "", "")
    label = drawing.label or ""
    return (drawing.pk, feedback.label or "", feedback.correct, feedback.by_staff, label, drawing.status, *prediction,
            feedback.updated_at.isoformat())  # fmt: skip
