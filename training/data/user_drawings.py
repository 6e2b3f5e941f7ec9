"""User drawings that the label policy accepted, ready to train on.

Copies are left out, and so are drawings beyond a contributor's limit, so that a single person cannot flood a class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db.models import Exists, OuterRef

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split, split_positions
from recognition.labeling.reviewer_quality import untrusted_reviewers
from recognition.models import Drawing, Feedback
from training.data.drawing_index import Pixels

# Two drawings are near copies when the cosine similarity of their bitmaps at half size reaches this. Measured:
# - Of independent Quick, Draw! drawings, 0.7 % have a near copy among 1,000 of their class (squares, the worst: 8 %).
# - Of traced drawings, all are near copies when every point is off by up to 3/256 of the size, 89 % at 5/256 and
#   23 % at 8/256.
NEAR_COPY_COSINE = 0.97


@dataclass(frozen=True)
class CollectedDrawing:
    pk: UUID
    contributor: UUID
    split: Split
    confirmed: bool  # by trusted staff, so that no label noise filter leaves it out


@dataclass(frozen=True)
class CollectedClass:
    """The user drawings of one class: pixels[i], uint8 (784,), belongs to drawings[i]."""

    pixels: Pixels
    drawings: Sequence[CollectedDrawing]
    left_out: Mapping[UUID, str]  # why, by the drawing's key

    def rows(self, split: Split) -> npt.NDArray[np.int32]:
        return np.array([row for row, drawing in enumerate(self.drawings) if drawing.split == split], np.int32)

    def without(self, reasons: Mapping[UUID, str]) -> CollectedClass:
        """Leave out some more drawings. reasons: why, by key; keys of other classes are ignored."""
        rows = [row for row, drawing in enumerate(self.drawings) if drawing.pk not in reasons]
        added = {drawing.pk: reasons[drawing.pk] for drawing in self.drawings if drawing.pk in reasons}
        return CollectedClass(self.pixels[rows], [self.drawings[row] for row in rows], {**self.left_out, **added})


def read_user_class(name: str, base_hashes: npt.NDArray[np.float64]) -> CollectedClass:
    """Read the accepted drawings of a class, oldest first, and leave out copies.

    base_hashes: the hashes of the base drawings of the class; a user drawing with one of them is a copy.
    """
    trusted = Feedback.objects.filter(by_staff=True, provisional=False).exclude(contributor__in=untrusted_reviewers())
    by_staff = Exists(trusted.filter(drawing=OuterRef("pk")))
    accepted = Drawing.objects.accepted().filter(label__name=name).annotate(by_staff=by_staff)
    columns = ("id", "contributor_id", "split", "by_staff", "bitmap")
    rows = list(accepted.order_by("created_at", "id").values_list(*columns))
    # pixels: uint8 (n, 784), in the order of `drawings`.
    drawings = [CollectedDrawing(pk, contributor, Split(split), staff) for pk, contributor, split, staff, _ in rows]
    pixels = np.frombuffer(b"".join(bytes(row[-1]) for row in rows), np.uint8).reshape(-1, SIZE * SIZE)
    return CollectedClass(pixels, drawings, {}).without(_left_out(drawings, pixels, base_hashes))


def _left_out(
    drawings: Sequence[CollectedDrawing], pixels: Pixels, base_hashes: npt.NDArray[np.float64]
) -> dict[UUID, str]:
    """Return the drawings to leave out, with the reason. The first reason that applies counts."""
    reasons: dict[UUID, str] = {}
    in_base = np.isin(split_positions(pixels.reshape(-1, SIZE, SIZE)), base_hashes)
    near = _near_copies(pixels)
    accepted: Counter[UUID] = Counter()  # drawings of each contributor
    for row, drawing in enumerate(drawings):
        if in_base[row]:
            reasons[drawing.pk] = "copy of a base drawing"
        elif settings.TRAINING_TRUSTS_EVERYBODY:
            continue
        elif near[row]:
            reasons[drawing.pk] = "near copy of an older drawing"
        elif accepted[drawing.contributor] >= settings.TRAINING_PER_CONTRIBUTOR:
            reasons[drawing.pk] = "enough of this class by its contributor"
        else:
            accepted[drawing.contributor] += 1
    return reasons


def _near_copies(pixels: Pixels) -> npt.NDArray[np.bool_]:
    """Tell which drawings, (n,), are near copies of an older one that is not a near copy itself."""
    # Average 2 x 2 pixels, so that a shift by a pixel matters less: (n, 14, 14), then flat (n, 196).
    half = pixels.reshape(-1, SIZE // 2, 2, SIZE // 2, 2).mean(axis=(2, 4), dtype=np.float32)
    half = half.reshape(-1, (SIZE // 2) ** 2)
    unit_vectors = half / np.maximum(np.linalg.norm(half, axis=1, keepdims=True), 1e-6)
    originals = np.empty_like(unit_vectors)
    original_count = 0
    near = np.zeros(len(pixels), bool)
    for row, vector in enumerate(unit_vectors):
        cosines = originals[:original_count] @ vector  # (originals, 196) @ (196,)
        near[row] = original_count > 0 and cosines.max() >= NEAR_COPY_COSINE
        if not near[row]:
            originals[original_count] = vector
            original_count += 1
    return near
