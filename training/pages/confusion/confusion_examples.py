"""The test drawings behind one cell of a confusion matrix: recognized again, so that nothing had to be stored."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.conf import settings

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.rendering import bitmap_to_png
from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from recognition.models import Drawing, ModelVersion
from training.data import quickdraw_data
from training.models import Suspect
from training.quickdraw.errors import CorruptFile
from training.quickdraw.folder import QuickDrawFolder

MOST_RECOGNIZED = 1_500  # drawings of one class; the base has about 1,000 test drawings of each
MOST_SHOWN = 100


@dataclass(frozen=True)
class Example:
    bitmap: Bitmap
    drawing: Drawing | None = None  # None: a base drawing

    @property
    def png(self) -> str:
        """Return the bitmap as base64, to be shown inside the page: a hundred drawings need no hundred requests."""
        return b64encode(bitmap_to_png(self.bitmap, scale=2)).decode()


@dataclass(frozen=True)
class Cell:
    """Drawings that are `label` and that the version says are `said`."""

    version: ModelVersion
    label: str
    said: str

    def base(self) -> list[Example]:
        """Return those among the base test drawings; none where this host has no base drawings."""
        try:
            excluded = Suspect.objects.excluded_hashes(self.label)
            pixels = quickdraw_data.read_test_drawings(QuickDrawFolder(settings.QUICKDRAW_DIR), self.label, excluded)
        except CorruptFile:
            return []
        bitmaps = pixels.reshape(-1, SIZE, SIZE)
        return [Example(bitmaps[row]) for row in self._rows(bitmaps[:MOST_RECOGNIZED])]

    def collected(self) -> list[Example]:
        """Return those among the collected test drawings that may be shown to everybody, the newest first."""
        drawings = list(
            Drawing.objects.accepted()
            .public()
            .filter(label__name=self.label, split=Split.TEST)
            .order_by("-created_at", "-id")[:MOST_RECOGNIZED]
        )
        bitmaps = np.array([drawing.pixels() for drawing in drawings], np.uint8).reshape(-1, SIZE, SIZE)
        return [Example(bitmaps[row], drawings[row]) for row in self._rows(bitmaps)]

    def _rows(self, bitmaps: Bitmap) -> list[int]:
        said = _classifier(self.version.pk).logits(bitmaps).argmax(axis=1)
        rows = np.flatnonzero(said == self.version.labels.index(self.said))
        return [int(row) for row in rows[:MOST_SHOWN]]


@lru_cache(maxsize=2)
def _classifier(pk: int) -> Classifier:
    return ModelVersion.objects.get(pk=pk).load()
