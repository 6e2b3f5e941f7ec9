"""What people drew here and the label policy accepted, ready to be trained on: no copies, nobody's flood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.conf import settings

from recognition.bitmap import SIZE
from recognition.models import Drawing
from recognition.split import Split, positions
from training.drawings import Pixels

# Two drawings are near copies if their halved bitmaps point the same way. Of independent Quick, Draw! drawings 0.7 %
# have such a neighbour among 1,000 of their class (squares, the worst: 8 %); of drawings traced again with every point
# off by up to 3/256 of the size all are, by up to 5/256 89 %, by up to 8/256 23 %.
NEAR = 0.97  # cosine


@dataclass
class CollectedClass:
    """What people drew of one class: `pixels` (n, 784), `ids` and `splits` belong together."""

    pixels: Pixels = field(default_factory=lambda: np.empty((0, SIZE * SIZE), np.uint8))
    ids: list[UUID] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    left_out: dict[UUID, str] = field(default_factory=dict)

    def rows(self, split: Split) -> npt.NDArray[np.int32]:
        return np.array([row for row, side in enumerate(self.splits) if side == split], np.int32)


def read_class(name: str, base_hashes: npt.NDArray[np.float64]) -> CollectedClass:
    """Choose among the accepted drawings of a class, oldest first; why the others were left out is in `left_out`.

    base_hashes: those of the base drawings of the class; a drawing among them is a copy.
    """
    accepted = Drawing.objects.accepted().filter(label__name=name)
    drawings = list(accepted.only("id", "bitmap", "contributor_id", "split").order_by("created_at", "id"))
    if not drawings:
        return CollectedClass()
    pixels = np.array([np.frombuffer(drawing.bitmap, np.uint8) for drawing in drawings])
    left_out = _left_out(drawings, pixels, base_hashes)
    kept = [row for row, drawing in enumerate(drawings) if drawing.pk not in left_out]
    return CollectedClass(
        pixels=pixels[kept],
        ids=[drawings[row].pk for row in kept],
        splits=[Split(drawings[row].split) for row in kept],
        left_out=left_out,
    )


def _left_out(drawings: Sequence[Drawing], pixels: Pixels, base_hashes: npt.NDArray[np.float64]) -> dict[UUID, str]:
    reasons: dict[UUID, str] = {}
    in_base = np.isin(positions(pixels.reshape(-1, SIZE, SIZE)), base_hashes)
    near = _near_copies(pixels)
    count: Counter[UUID] = Counter()
    for row, drawing in enumerate(drawings):
        if in_base[row]:
            reasons[drawing.pk] = "copy of a base drawing"
        elif near[row]:
            reasons[drawing.pk] = "near copy of an older drawing"
        elif count[drawing.contributor_id] >= settings.TRAINING_PER_CONTRIBUTOR:
            reasons[drawing.pk] = "enough of this class by its contributor"
        else:
            count[drawing.contributor_id] += 1
    return reasons


def _near_copies(pixels: Pixels) -> npt.NDArray[np.bool_]:
    """Tell which drawings are near copies of an older one that is none itself."""
    half = pixels.reshape(-1, SIZE // 2, 2, SIZE // 2, 2).mean(axis=(2, 4), dtype=np.float32).reshape(len(pixels), -1)
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
