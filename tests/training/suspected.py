"""Drawings of Quick, Draw! that somebody may have to look at."""

from __future__ import annotations

from recognition.imaging.splits import split_of, split_positions
from tests.training.mislabelled import misplaced
from training.models import Suspect


def make_suspects(count: int = 1) -> list[Suspect]:
    """Store houses that are labelled cat, the worst first."""
    suspects = []
    for number, row in enumerate(misplaced(count)):
        bitmap = row.reshape(28, 28)
        suspect = Suspect(
            label="cat",
            position=float(split_positions(bitmap[None])[0]),
            split=split_of(bitmap),
            bitmap=bitmap.tobytes(),
            suggested="house",
            label_confidence=0.01,
            suggested_confidence=0.98 - number / 100,
            doubt=0.97 - number / 100,
            version=1,
        )
        suspect.save()
        suspects.append(suspect)
    return suspects
