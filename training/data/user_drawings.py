"""What people drew here and the label policy accepted, ready to be trained on: no copies, nobody's flood."""

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
from recognition.imaging.splits import Split, positions
from recognition.labeling.reviewer_quality import distrusted
from recognition.models import Drawing, Feedback
from training.data.drawing_index import Pixels

# Two drawings are near copies if their halved bitmaps point the same way. Of independent Quick, Draw! drawings 0.7 %
# have such a neighbour among 1,000 of their class (squares, the worst: 8 %); of drawings traced again with every point
# off by up to 3/256 of the size all are, by up to 5/256 89 %, by up to 8/256 23 %.
NEAR = 0.97  # cosine


@dataclass(frozen=True)
class CollectedDrawing:
    pk: UUID
    contributor: UUID
    split: Split
    confirmed: bool  # by staff whom we still trust: no filter doubts their word


@dataclass(frozen=True)
class CollectedClass:
    """What people drew of one class: pixels[i], uint8 (784,), is drawings[i]; and what was left out, and why."""

    pixels: Pixels
    drawings: Sequence[CollectedDrawing]
    left_out: Mapping[UUID, str]

    def rows(self, split: Split) -> npt.NDArray[np.int32]:
        return np.array([row for row, one in enumerate(self.drawings) if one.split == split], np.int32)

    def without(self, reasons: Mapping[UUID, str]) -> CollectedClass:
        """Leave out some more, for the reasons given; those of other classes are none of ours."""
        kept = [row for row, one in enumerate(self.drawings) if one.pk not in reasons]
        ours = {one.pk: reasons[one.pk] for one in self.drawings if one.pk in reasons}
        return CollectedClass(self.pixels[kept], [self.drawings[row] for row in kept], {**self.left_out, **ours})


def read_class(name: str, base_hashes: npt.NDArray[np.float64]) -> CollectedClass:
    """Choose among the accepted drawings of a class, oldest first.

    base_hashes: those of the base drawings of the class; a drawing among them is a copy.
    """
    trusted = Feedback.objects.filter(by_staff=True, provisional=False).exclude(contributor__in=distrusted())
    by_staff = Exists(trusted.filter(drawing=OuterRef("pk")))
    accepted = Drawing.objects.accepted().filter(label__name=name).annotate(by_staff=by_staff)
    columns = ("id", "contributor_id", "split", "by_staff", "bitmap")
    rows = list(accepted.order_by("created_at", "id").values_list(*columns))
    drawings = [CollectedDrawing(pk, contributor, Split(split), staff) for pk, contributor, split, staff, _ in rows]
    pixels = np.frombuffer(b"".join(bytes(row[-1]) for row in rows), np.uint8).reshape(-1, SIZE * SIZE)
    return CollectedClass(pixels, drawings, {}).without(_left_out(drawings, pixels, base_hashes))


def _left_out(
    drawings: Sequence[CollectedDrawing], pixels: Pixels, base_hashes: npt.NDArray[np.float64]
) -> dict[UUID, str]:
    reasons: dict[UUID, str] = {}
    in_base = np.isin(positions(pixels.reshape(-1, SIZE, SIZE)), base_hashes)
    near = _near_copies(pixels)
    count: Counter[UUID] = Counter()
    for row, drawing in enumerate(drawings):
        if in_base[row]:
            reasons[drawing.pk] = "copy of a base drawing"
        elif settings.TRAINING_TRUSTS_EVERYBODY:
            continue
        elif near[row]:
            reasons[drawing.pk] = "near copy of an older drawing"
        elif count[drawing.contributor] >= settings.TRAINING_PER_CONTRIBUTOR:
            reasons[drawing.pk] = "enough of this class by its contributor"
        else:
            count[drawing.contributor] += 1
    return reasons


def _near_copies(pixels: Pixels) -> npt.NDArray[np.bool_]:
    """Tell which drawings are near copies of an older one that is none itself."""
    half = pixels.reshape(-1, SIZE // 2, 2, SIZE // 2, 2).mean(axis=(2, 4), dtype=np.float32)
    half = half.reshape(-1, (SIZE // 2) ** 2)
    directions = half / np.maximum(np.linalg.norm(half, axis=1, keepdims=True), 1e-6)
    originals = np.empty_like(directions)
    found = 0
    near = np.zeros(len(pixels), bool)
    for row, direction in enumerate(directions):
        near[row] = found > 0 and (originals[:found] @ direction).max() >= NEAR
        if not near[row]:
            originals[found] = direction
            found += 1
    return near
