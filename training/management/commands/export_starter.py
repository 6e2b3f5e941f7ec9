from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from recognition import starter
from recognition.inference.results import InvalidArtifact
from recognition.models import ModelVersion
from training.models import TrainingRun
from training.quickdraw.errors import CorruptFile, MissingFile
from training.quickdraw.folder import QuickDrawFolder
from training.starter.export_starter import export_starter
from training.starter.model_card import render_model_card

CARD_PATH = settings.BASE_DIR / "docs" / "model-card.md"


class Command(BaseCommand):
    help = "Makes a version the starter model that ships in the repository, and writes its model card."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, metavar="N", help="the version")
        parser.add_argument("--folder", type=Path, default=starter.FOLDER, help="default: recognition/starter")
        parser.add_argument("--card", type=Path, default=CARD_PATH, help="default: docs/model-card.md")

    def handle(self, *args: Any, number: int, folder: Path, card: Path, **options: Any) -> None:
        try:
            version = ModelVersion.objects.get(number=number)
            facts = export_starter(version, QuickDrawFolder(settings.QUICKDRAW_DIR), folder)
        except (ModelVersion.DoesNotExist, TrainingRun.DoesNotExist):
            raise CommandError(f"There is no version {number} that was trained here.") from None
        except (InvalidArtifact, CorruptFile, MissingFile) as error:
            raise CommandError(str(error)) from error
        card.write_text(render_model_card(facts))
        self.stdout.write(f"Wrote {folder}/starter.* and {card}.")
