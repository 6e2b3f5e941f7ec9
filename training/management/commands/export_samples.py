from __future__ import annotations

import random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recognition import sample_drawings, starter
from training.data.sample_choice import choose_sample
from training.quickdraw.errors import CorruptFile, MissingFile
from training.quickdraw.folder import QuickDrawFolder

SHUFFLE_SEED = 2262  # an alphabetical gallery looks like a catalogue; with this seed the first drawing is a cat


class Command(BaseCommand):
    help = "Writes the Quick, Draw! drawings that the gallery of a new site shows into the repository."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = QuickDrawFolder(settings.QUICKDRAW_DIR)
        try:
            samples = [line for name in starter.read().labels if (line := choose_sample(folder, name))]
        except (CorruptFile, MissingFile, starter.NoStarterModel) as error:
            raise CommandError(str(error)) from error
        random.Random(SHUFFLE_SEED).shuffle(samples)
        sample_drawings.FILE.write_text("".join(samples))
        self.stdout.write(f"Wrote {len(samples)} drawings into {sample_drawings.FILE}.")
