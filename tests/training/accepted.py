"""Drawings that people made here and the label policy accepted."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from django.utils import timezone

from recognition.imaging.splits import split_of
from recognition.models import Contributor, DoodleClass, Drawing


def accept(
    pixels: np.ndarray, label: str = "cross", contributor: Contributor | None = None, status: str = "accepted"
) -> list[Drawing]:
    """Store bitmaps (n, 784) as drawings of a class, one a minute, each of a new contributor if none is given."""
    doodle_class = DoodleClass.objects.get_or_create(name=label)[0]
    drawings = [
        Drawing.objects.create(
            contributor=contributor or Contributor.objects.create(),
            bitmap=row.tobytes(),
            label=doodle_class,
            status=status,
            split=split_of(row.reshape(28, 28)),
        )
        for row in pixels
    ]
    for minute, drawing in enumerate(drawings):
        Drawing.objects.filter(pk=drawing.pk).update(created_at=timezone.now() + timedelta(minutes=minute))
    return drawings
