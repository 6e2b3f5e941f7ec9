"""The test drawings in one cell of a confusion matrix, predicted again so that they need not be stored."""

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

MAX_PREDICTED_DRAWINGS = 1_500  # of one class; the base has about 1,000 test drawings of each
MAX_SHOWN_DRAWINGS = 100


@dataclass(frozen=True)
class Example:
    bitmap: Bitmap
    drawing: Drawing | None = None  # None: a base drawing

    @property
    def png(self) -> str:
        """Return the bitmap as a base64 PNG for a data URL, so the page needs no further requests."""
        return b64encode(bitmap_to_png(self.bitmap, scale=2)).decode()


@dataclass(frozen=True)
class ConfusionCell:
    """Test drawings of `label` for which the version predicts `said`."""

    version: ModelVersion
    label: str
    said: str

    def base(self) -> list[Example]:
        """Return the base drawings of the cell; empty if this host has no base drawings."""
        try:
            excluded = Suspect.objects.excluded_hashes(self.label)
            pixels = quickdraw_data.read_test_drawings(QuickDrawFolder(settings.QUICKDRAW_DIR), self.label, excluded)
        except CorruptFile:
            return []
        bitmaps = pixels.reshape(-1, SIZE, SIZE)
        return [Example(bitmaps[row]) for row in self._matching_rows(bitmaps[:MAX_PREDICTED_DRAWINGS])]

    def collected(self) -> list[Example]:
        """Return the user drawings of the cell that are public, newest first."""
        drawings = list(
            Drawing.objects.accepted()
            .public()
            .filter(label__name=self.label, split=Split.TEST)
            .order_by("-created_at", "-id")[:MAX_PREDICTED_DRAWINGS]
        )
        bitmaps = np.array([drawing.pixels() for drawing in drawings], np.uint8).reshape(-1, SIZE, SIZE)
        return [Example(bitmaps[row], drawings[row]) for row in self._matching_rows(bitmaps)]

    def _matching_rows(self, bitmaps: Bitmap) -> list[int]:
        """Return the indices of the bitmaps, (n, 28, 28), for which the version predicts `said`."""
        predicted = _load_classifier(self.version.pk).logits(bitmaps).argmax(axis=1)  # (n,)
        rows = np.flatnonzero(predicted == self.version.labels.index(self.said))
        return [int(row) for row in rows[:MAX_SHOWN_DRAWINGS]]


@lru_cache(maxsize=2)
def _load_classifier(pk: int) -> Classifier:
    return ModelVersion.objects.get(pk=pk).load()
