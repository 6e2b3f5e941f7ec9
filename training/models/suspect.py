from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.splits import Split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User


class SuspectQuerySet(models.QuerySet["Suspect"]):
    def open(self) -> SuspectQuerySet:
        """Return the suspects without a decision, the most doubtful first."""
        return self.filter(decision=Suspect.Decision.OPEN).order_by("-doubt", "pk")

    def excluded(self) -> SuspectQuerySet:
        """Return the suspects that no data set takes, newest first."""
        return self.filter(decision=Suspect.Decision.EXCLUDED).order_by("-pk")

    def before(self, pk: int) -> SuspectQuerySet:
        return self.filter(pk__lt=pk)

    def excluded_hashes(self, label: str) -> npt.NDArray[np.float64]:
        """Return the hashes of a class's drawings that no data set takes: float64 (n,).

        See recognition.imaging.splits.positions.
        """
        hashes = self.filter(decision=Suspect.Decision.EXCLUDED, label=label).values_list("position", flat=True)
        return np.array(list(hashes), np.float64)

    @transaction.atomic
    def replace_open(self, suspects: Sequence[Suspect]) -> int:
        """Replace all open suspects by those of a new search, and keep all decisions.

        Returns how many are open now.
        """
        self.open().delete()
        decided = set(self.values_list("label", "position"))
        new = [suspect for suspect in suspects if (suspect.label, suspect.position) not in decided]
        self.bulk_create(new, ignore_conflicts=True)
        return len(new)

    def decide(self, pk: int, decision: Suspect.Decision, by: User) -> bool:
        """Store a decision about an open suspect. Returns False when there was a decision already.

        One UPDATE decides, so that the first of two simultaneous decisions counts.
        """
        undecided = self.filter(pk=pk, decision=Suspect.Decision.OPEN)
        return bool(undecided.update(decision=decision, decided_by=by, decided_at=timezone.now()))

    def reopen(self, pk: int, by: User | None = None) -> bool:
        """Revert a decision; with `by`, only if this person made it. Returns whether there was one to revert."""
        decided = self.filter(pk=pk).exclude(decision=Suspect.Decision.OPEN)
        if by:
            decided = decided.filter(decided_by=by)
        return bool(decided.update(decision=Suspect.Decision.OPEN, decided_by=None, decided_at=None))


class Suspect(models.Model):
    """A Quick, Draw! drawing whose label may be wrong, with the decision about it.

    The hash of its pixels identifies the drawing, so it is found on every host, in any file and row.
    """

    class Decision(models.TextChoices):
        OPEN = "open", "waits for somebody to look"
        KEPT = "kept", "the label is right"
        EXCLUDED = "excluded", "no data set takes it"

    label = models.CharField(max_length=64, help_text="the class in whose file it is")
    position = models.FloatField(help_text="hash of its pixels; see recognition.imaging.splits.positions")
    split = models.CharField(max_length=12, choices=[(split.value, split.value) for split in Split])
    bitmap = models.BinaryField(help_text="28×28 uint8, white ink on black, row by row")
    suggested = models.CharField(max_length=64, help_text="what it seems to be")
    label_confidence = models.FloatField(help_text="calibrated probability of its label")
    suggested_confidence = models.FloatField(help_text="calibrated probability of what it seems to be")
    doubt = models.FloatField(help_text="how much likelier the latter is")
    version = models.PositiveIntegerField(help_text="number of the version that doubts it")
    decision = models.CharField(max_length=8, choices=Decision, default=Decision.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SuspectQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["label", "position"], name="one_suspect_per_drawing")]
        indexes = [
            models.Index(fields=["decision", "-doubt"], name="suspect_worst"),
            models.Index(fields=["decision", "-id"], name="suspect_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.label} that looks like {self.suggested}"

    @property
    def png(self) -> str:
        """Return the bitmap as a base64 PNG for a data URL."""
        from recognition.imaging.rendering import bitmap_to_png  # pyvips: only processes that render load it

        return b64encode(bitmap_to_png(self.pixels(), scale=1)).decode()

    def pixels(self) -> Bitmap:
        """Return the bitmap as uint8 (28, 28), 255 = ink."""
        return np.frombuffer(self.bitmap, np.uint8).reshape(SIZE, SIZE)
