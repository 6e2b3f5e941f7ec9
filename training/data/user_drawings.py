"""User drawings that the label policy accepted, ready to train on.

Copies are left out, and so are drawings beyond a contributor's limit, so that a single person cannot flood a class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split, split_positions
from recognition.models import Drawing, Feedback
from training.data.drawing_index import Pixels
from training.data.near_copies import near_copies, splits_of_originals
from training.data.quickdraw_data import QuickDrawClass


@dataclass(frozen=True)
class CollectedDrawing:
    pk: UUID
    contributor: UUID
    split: Split
    confirmed: bool  # by trusted staff, so that no label noise filter leaves it out
    independent: bool  # its label does not depend on what the network said


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


def read_user_class(
    name: str, base: QuickDrawClass, base_hashes: npt.NDArray[np.float64], untrusted: Collection[UUID] = ()
) -> CollectedClass:
    """Read the accepted drawings of a class, oldest first, and leave out copies.

    base: the base drawings of the class. A user drawing that is a near copy of one belongs to its split, whatever the
    settings say.
    base_hashes: the hashes of all of them, chosen or not; a user drawing with one of them is a copy.
    untrusted: reviewers who do not confirm a label.
    """
    trusted = Feedback.objects.filter(by_staff=True, provisional=False).exclude(contributor__in=untrusted)
    corrected = Feedback.objects.filter(correct=False, label=OuterRef("label"), provisional=False)
    by_staff = Exists(trusted.filter(drawing=OuterRef("pk")))
    accepted = Drawing.objects.accepted().filter(label__name=name)
    annotated = accepted.annotate(
        by_staff=by_staff,
        # A "yes" makes the network's answer the label, and a round of the game ends when the network is right. What
        # people corrected, what staff looked at and what was asked for beforehand does not depend on the network.
        independent=by_staff
        | Exists(corrected.filter(drawing=OuterRef("pk")))
        | (Q(prompt=F("label")) & ~Q(source=Drawing.Source.GAME)),
    )
    columns = ("id", "contributor_id", "split", "by_staff", "independent", "bitmap")
    rows = list(annotated.order_by("created_at", "id").values_list(*columns))
    drawings = [
        CollectedDrawing(pk, contributor, Split(split), confirmed, independent)
        for pk, contributor, split, confirmed, independent, _ in rows
    ]
    pixels = np.frombuffer(b"".join(bytes(row[-1]) for row in rows), np.uint8).reshape(-1, SIZE * SIZE)
    sides = splits_of_originals(pixels, [drawing.split for drawing in drawings], base)
    drawings = [replace(drawing, split=side) for drawing, side in zip(drawings, sides, strict=True)]
    return CollectedClass(pixels, drawings, {}).without(_left_out(drawings, pixels, base_hashes))


def _left_out(
    drawings: Sequence[CollectedDrawing], pixels: Pixels, base_hashes: npt.NDArray[np.float64]
) -> dict[UUID, str]:
    """Return the drawings to leave out, with the reason. The first reason that applies counts."""
    reasons: dict[UUID, str] = {}
    in_base = np.isin(split_positions(pixels.reshape(-1, SIZE, SIZE)), base_hashes)
    near = near_copies(pixels)
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
