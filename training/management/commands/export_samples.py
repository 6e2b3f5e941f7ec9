from __future__ import annotations

import random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recognition import sample_drawings, starter
from training.data.sample_choice import choose_sample
from training.quickdraw.errors import CorruptFile, MissingFile
from training.quickdraw.folder import QuickDrawFolder

ORDER = 2262  # a seed: a gallery in the order of the alphabet looks like a catalogue, and this one starts with a cat


class Command(BaseCommand):
    help = "Writes the Quick, Draw! drawings that the gallery of a new site shows into the repository."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = QuickDrawFolder(settings.QUICKDRAW_DIR)
        try:
            chosen = [line for name in starter.read().labels if (line := choose_sample(folder, name))]
        except (CorruptFile, MissingFile, starter.NoStarterModel) as error:
            raise CommandError(str(error)) from error
        random.Random(ORDER).shuffle(chosen)
        sample_drawings.FILE.write_text("".join(chosen))
        self.stdout.write(f"Wrote {len(chosen)} drawings into {sample_drawings.FILE}.")
