from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recognition.imaging.bitmap import Bitmap
from recognition.imaging.sketch import Sketch
from recognition.imaging.strokes import InvalidStrokes
from recognition.imaging.uploaded_image import InvalidImage
from recognition.inference.results import InvalidArtifact, Recognition
from recognition.models import ModelVersion
from recognition.serving.model_loader import NoModelInService, champion
from recognition.transfer.files import ending_of, read_rows
from recognition.transfer.rows import InvalidFile, Row, sketch_of


class Command(BaseCommand):
    help = (
        "Says what drawings are, one line each: images (PNG, JPEG, WebP), or files of drawings as import_drawings "
        'takes them, such as *.ndjson with the strokes of one drawing a line: {"drawing": [[[x…], [y…]], …]}.'
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Our --version replaces Django's.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--version", type=int, metavar="N", help="this model version; default: the one in service")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object a line")

    def handle(self, *args: Any, files: list[Path], version: int | None, as_json: bool, **options: Any) -> None:
        number, recognize = _network(version)
        failures = 0
        for location, read in _drawings(files):
            try:
                sketch = read()
                recognition = recognize(sketch.bitmap).with_least_confidence(sketch.least_confidence)
            except OSError as error:
                failures += 1
                self.stderr.write(f"{location}: {error.strerror}")
            except (InvalidImage, InvalidStrokes, InvalidFile) as error:
                failures += 1
                self.stderr.write(f"{location}: {error}")
            else:
                self.stdout.write((_json_line if as_json else _line)(location, number, recognition))
        if failures:
            sys.exit(1)


def _network(number: int | None) -> tuple[int, Callable[[Bitmap], Recognition]]:
    """Return a version's number and its recognize function; by default of the version in service."""
    try:
        if number is None:
            return champion().version.number, champion().recognize
        return number, ModelVersion.objects.get(number=number).load().recognize
    except NoModelInService as error:
        raise CommandError("No model is in service; name one by --version, or run manage.py bootstrap.") from error
    except ModelVersion.DoesNotExist as error:
        raise CommandError(f"There is no model version {number}.") from error
    except InvalidArtifact as error:
        raise CommandError(f"Version {number} cannot run. {error}") from error


def _drawings(files: Iterable[Path]) -> Iterator[tuple[str, Callable[[], Sketch]]]:
    """Yield each drawing's location, for messages, and a function that reads it."""
    for path in files:
        if not ending_of(path.name):
            yield str(path), partial(_sketch_of_image, path)
            continue
        try:
            with path.open("rb") as file:
                for row in read_rows(file, path.name):
                    yield f"{path}:{row.number}", partial(_sketch_of_row, row)
        except (OSError, InvalidFile) as error:
            yield str(path), partial(_fail, error)


def _sketch_of_image(path: Path) -> Sketch:
    return Sketch.of_image(path.read_bytes())


def _sketch_of_row(row: Row) -> Sketch:
    return sketch_of(row.fields())


def _fail(error: Exception) -> NoReturn:
    raise error


def _line(location: str, number: int, recognition: Recognition) -> str:
    top = ", ".join(f"{guess['label']} {guess['confidence']:.1%}" for guess in recognition.top)
    known = "recognized" if recognition.recognized else "not recognized"
    return f"{location}: {recognition.label} {recognition.confidence:.1%}, {known} ({top})"


def _json_line(location: str, number: int, recognition: Recognition) -> str:
    fields = {"drawing": location, "label": recognition.label, "confidence": recognition.confidence}
    fields |= asdict(recognition) | {"model_version": number}
    return json.dumps(fields, ensure_ascii=False)
