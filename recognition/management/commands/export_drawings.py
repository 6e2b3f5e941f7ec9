from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from recognition.exporting import EXPORTS, export_feedback
from recognition.models import DoodleClass

FORMATS = [*EXPORTS, "csv"]


class Command(BaseCommand):
    help = (
        "Writes accepted drawings into a folder as Quick, Draw! lays them out: strokes as ndjson, bitmaps as npy; and "
        "what people said about drawings as feedback.csv. A file appears when it is whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--format", nargs="+", choices=FORMATS, default=FORMATS, dest="formats")
        parser.add_argument("--classes", nargs="+", metavar="CLASS", help="default: all")

    def handle(self, *args: Any, folder: Path, formats: list[str], classes: list[str] | None, **options: Any) -> None:
        try:
            for name in formats:
                count = export_feedback(folder) if name == "csv" else _export(name, folder, _named(classes))
                self.stdout.write(f"{name}: {count:,} {'answers' if name == 'csv' else 'drawings'}")
        except OSError as error:
            raise CommandError(f"{error.filename or folder}: {error.strerror}") from error


def _export(name: str, folder: Path, classes: list[DoodleClass]) -> int:
    return sum(EXPORTS[name](folder, one) for one in tqdm(classes, desc=name, unit="class", leave=False))


def _named(names: list[str] | None) -> list[DoodleClass]:
    if names is None:
        return list(DoodleClass.objects.all())
    found = {name: DoodleClass.objects.named(name) for name in names}
    if missing := [name for name, one in found.items() if one is None]:
        raise CommandError(f"There is no class {', '.join(f'“{name}”' for name in missing)}.")
    return [one for one in found.values() if one]
