from __future__ import annotations

from typing import Any

from django.db import models

from recognition.models.judgement import CONFIDENCE_SCALE, Judgement

TALLY_BANDS = 10  # of confidence: 0 to 10 %, 10 to 20 %, …


class AccuracyTally(models.Model):
    """Counts of a version's answers that people judged, and of the right ones. Each subclass groups them by a key.

    The number of rows depends on the days, bands or pairs of classes, not on the number of drawings.
    """

    version = models.IntegerField(help_text="number of the version that answered")
    judged = models.IntegerField(default=0)
    right = models.IntegerField(default=0)

    class Meta:
        abstract = True

    @classmethod
    def key_of(cls, judgement: Judgement) -> dict[str, Any]:
        """Return the field values that identify a judgement's row."""
        raise NotImplementedError

    @classmethod
    def amounts_of(cls, judgement: Judgement) -> dict[str, int]:
        """Return the amounts that a judgement adds to its row."""
        return {"judged": 1, "right": int(judgement.right)}


class DayTally(AccuracyTally):
    """Answers by day."""

    day = models.DateField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "day"], name="one_tally_per_day")]

    def __str__(self) -> str:
        return f"version {self.version} on {self.day}"

    @classmethod
    def key_of(cls, judgement: Judgement) -> dict[str, Any]:
        return {"version": judgement.version, "day": judgement.day}


class BandTally(AccuracyTally):
    """Answers by band of confidence."""

    band = models.SmallIntegerField(help_text="tenth of the confidence scale, 0 to 9")
    confidence = models.BigIntegerField(default=0, help_text="the sum, in ten-thousandths")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "band"], name="one_tally_per_band")]

    def __str__(self) -> str:
        return f"version {self.version}, band {self.band}"

    @classmethod
    def key_of(cls, judgement: Judgement) -> dict[str, Any]:
        band = min(judgement.confidence * TALLY_BANDS // CONFIDENCE_SCALE, TALLY_BANDS - 1)
        return {"version": judgement.version, "band": band}

    @classmethod
    def amounts_of(cls, judgement: Judgement) -> dict[str, int]:
        return super().amounts_of(judgement) | {"confidence": judgement.confidence}


class ClassTally(AccuracyTally):
    """Answers by the drawings' class, according to people."""

    label = models.CharField(max_length=64, blank=True, help_text="what they are; empty: none of the classes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "label"], name="one_tally_per_class")]

    def __str__(self) -> str:
        return f"version {self.version}: {self.label}"

    @classmethod
    def key_of(cls, judgement: Judgement) -> dict[str, Any]:
        return {"version": judgement.version, "label": judgement.label}


class PairTally(AccuracyTally):
    """Answers by the drawings' class, according to people, and by the predicted class."""

    label = models.CharField(max_length=64, blank=True, help_text="what they are; empty: none of the classes")
    guess = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "label", "guess"], name="one_tally_per_pair")]
        indexes = [models.Index(fields=["version", "-judged", "id"], name="pair_tally_most")]

    def __str__(self) -> str:
        return f"version {self.version}: {self.label} taken for {self.guess}"

    @classmethod
    def key_of(cls, judgement: Judgement) -> dict[str, Any]:
        return {"version": judgement.version, "label": judgement.label, "guess": judgement.guess}


TALLIES: tuple[type[AccuracyTally], ...] = (DayTally, BandTally, ClassTally, PairTally)
