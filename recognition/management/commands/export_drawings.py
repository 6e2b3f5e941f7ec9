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

USUAL = ["ndjson", "npy", "csv"]


class Command(BaseCommand):
    help = (
        "Writes accepted drawings into a folder as Quick, Draw! lays them out: strokes as ndjson, simplified ones as "
        "ndjson or packed as bin, bitmaps as npy; and what people said about drawings as feedback.csv. A file appears "
        "when it is whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--format", nargs="+", choices=list(EXPORTS), default=USUAL, dest="formats")
        parser.add_argument("--classes", nargs="+", metavar="CLASS", help="default: all")

    def handle(self, *args: Any, folder: Path, formats: list[str], classes: list[str] | None, **options: Any) -> None:
        accepted = Drawing.objects.accepted()
        if classes is not None:
            accepted = accepted.filter(label__in=_named(classes))
        AuditEntry.objects.record(AuditEntry.Action.EXPORTED, f"drawings of {_some(classes)}", ", ".join(formats))
        try:
            for name in formats:
                rows = Drawing.objects.by_people() if name == "csv" else accepted
                count = _write(folder, name, rows)
                self.stdout.write(f"{name}: {count:,} {'answers' if name == 'csv' else 'drawings'}")
        except OSError as error:
            raise CommandError(f"{error.filename or folder}: {error.strerror}") from error


def _write(folder: Path, form: str, drawings: DrawingQuerySet) -> int:
    """Write the files of one form and return how many rows they have."""
    count = 0
    for export_file in tqdm(EXPORTS[form](drawings), desc=form, unit="file", leave=False):
        with _whole(folder / export_file.path) as file:
            file.write(export_file.header)
            count += sum(1 for row in export_file.rows if file.write(row))
    return count


def _some(classes: list[str] | None) -> str:
    return "all classes" if classes is None else ", ".join(classes)


def _named(names: list[str]) -> list[DoodleClass]:
    found = {name: DoodleClass.objects.named(name) for name in names}
    if missing := [name for name, one in found.items() if one is None]:
        raise CommandError(f"There is no class {', '.join(f'“{name}”' for name in missing)}.")
    return [one for one in found.values() if one]


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
