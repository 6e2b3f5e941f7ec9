from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from recognition.models import AuditEntry, DoodleClass, Drawing
from recognition.models.drawing import DrawingQuerySet
from recognition.transfer.export import EXPORTS

DEFAULT_FORMATS = ["ndjson", "npy", "csv"]


class Command(BaseCommand):
    help = (
        "Writes accepted drawings into a folder as Quick, Draw! lays them out: strokes as ndjson, simplified ones as "
        "ndjson or packed as bin, bitmaps as npy; and what people said about drawings as feedback.csv. A file appears "
        "when it is whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--format", nargs="+", choices=list(EXPORTS), default=DEFAULT_FORMATS, dest="formats")
        parser.add_argument("--classes", nargs="+", metavar="CLASS", help="default: all")

    def handle(self, *args: Any, folder: Path, formats: list[str], classes: list[str] | None, **options: Any) -> None:
        accepted = Drawing.objects.accepted()
        if classes is not None:
            accepted = accepted.filter(label__in=_find_classes(classes))
        AuditEntry.objects.record(AuditEntry.Action.EXPORTED, f"drawings of {_class_list(classes)}", ", ".join(formats))
        try:
            for name in formats:
                rows = Drawing.objects.by_people() if name == "csv" else accepted
                count = _write(folder, name, rows)
                self.stdout.write(f"{name}: {count:,} {'answers' if name == 'csv' else 'drawings'}")
        except OSError as error:
            raise CommandError(f"{error.filename or folder}: {error.strerror}") from error


def _write(folder: Path, format_name: str, drawings: DrawingQuerySet) -> int:
    """Write the files of a format and return their number of rows."""
    count = 0
    for export_file in tqdm(EXPORTS[format_name](drawings), desc=format_name, unit="file", leave=False):
        with _atomic_file(folder / export_file.path) as file:
            file.write(export_file.header)
            count += sum(1 for row in export_file.rows if file.write(row))
            file.writelines(export_file.footer)
    return count


def _class_list(classes: list[str] | None) -> str:
    return "all classes" if classes is None else ", ".join(classes)


def _find_classes(names: list[str]) -> list[DoodleClass]:
    classes = {name: DoodleClass.objects.named(name) for name in names}
    if missing := [name for name, doodle_class in classes.items() if doodle_class is None]:
        raise CommandError(" ".join(map(DoodleClass.objects.all().unknown, missing)))
    return [doodle_class for doodle_class in classes.values() if doodle_class]


@contextmanager
def _atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file and rename it to `path` once it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
