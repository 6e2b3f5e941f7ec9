from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recognition.inference.results import InvalidArtifact
from recognition.models import ModelVersion
from training.models import VersionExport
from training.network.warm_start import NoWeights

TFLITE = "tflite"


class Command(BaseCommand):
    help = "Writes a version's network to a file that plain Keras, ONNX Runtime or LiteRT loads without our code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, metavar="N", help="the version")
        parser.add_argument("--format", required=True, choices=[*VersionExport.Format.values, TFLITE])
        parser.add_argument("--output", type=Path, metavar="FILE", help="default: doodlesite-N.FORMAT, here")

    def handle(self, *args: Any, number: int, format: str, output: Path | None, **options: Any) -> None:  # noqa: A002
        version = ModelVersion.objects.filter(number=number).first()
        if version is None:
            raise CommandError(f"There is no version {number}.")
        content = bytes(version.artifact) if format == TFLITE else _convert(version, format)
        output = output or Path(f"doodlesite-{number}.{format}")
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"Cannot write {output}: {error.strerror}.") from error
        self.stdout.write(f"Wrote {output}, {len(content):,} bytes.")


def _convert(version: ModelVersion, file_format: str) -> bytes:
    try:
        from training.network.formats import convert

        return convert(version, VersionExport.Format(file_format))
    except ModuleNotFoundError as error:
        raise CommandError(f"{error.name} is not installed here: export on a host that trains.") from error
    except (NoWeights, InvalidArtifact) as error:
        raise CommandError(str(error)) from error
