from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from django.db import models
from django.utils import timezone

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.rendering import bitmap_to_svg, strokes_to_fast_svg, strokes_to_svg
from recognition.imaging.splits import Split
from recognition.models.contributor import Contributor
from recognition.models.doodle_class import DoodleClass
from recognition.models.game import Game
from recognition.models.prediction import Prediction

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


def stored_since(moment: datetime) -> models.Q:
    """Return the condition that a drawing came here at or after a moment. An imported one was drawn before that."""
    # Drawings of releases without `stored_at` were stored when they were drawn.
    return models.Q(stored_at__gte=moment) | models.Q(stored_at=None, created_at__gte=moment)


class DrawingQuerySet(models.QuerySet["Drawing"]):
    def accepted(self) -> DrawingQuerySet:
        """Return the drawings for training: accepted ones by people, without the samples."""
        return self.filter(status=Drawing.Status.ACCEPTED).by_people()

    def by_people(self) -> DrawingQuerySet:
        """Return the drawings that people made here, without the samples."""
        return self.exclude(source=Drawing.Source.SAMPLE)

    def public(self) -> DrawingQuerySet:
        """Return the drawings in the gallery."""
        return self.filter(exhibit__isnull=False)

    def with_predictions(self) -> DrawingQuerySet:
        """Prefetch the predictions of each drawing, in one more query."""
        return self.prefetch_related(models.Prefetch("predictions", Prediction.objects.with_version()))

    def predicted(
        self, *, label: str | None = None, version: int | None = None, correct: bool | None = None
    ) -> DrawingQuerySet:
        """Filter by the predictions: by label, by version, and by whether they equal the drawing's own label."""
        if (label, version, correct) == (None, None, None):
            return self
        predictions = Prediction.objects.filter(drawing=models.OuterRef("pk"))
        if label is not None:
            predictions = predictions.filter(label=label)
        if version is not None:
            predictions = predictions.filter(model_version__number=version)
        if correct is not None:
            is_correct = models.Q(label=models.OuterRef("label__name"))
            predictions = predictions.filter(is_correct if correct else ~is_correct)
        drawings = self if correct is None else self.exclude(label=None)
        return drawings.filter(models.Exists(predictions))


class Drawing(models.Model):
    """A drawing: the strokes as drawn, and the bitmap that is derived from them.

    An uploaded image has a bitmap only.
    """

    class Source(models.TextChoices):
        PAGE = "page", "drawing page"
        GAME = "game", "game"
        API = "api", "program"
        IMPORT = "import", "import"
        SAMPLE = "sample", "sample from Quick, Draw!"

    class Status(models.TextChoices):
        UNLABELLED = "unlabelled"
        PROPOSED = "proposed"  # has feedback, but not enough for the label policy
        ACCEPTED = "accepted"  # used for training, with its label
        REJECTED = "rejected"  # never used for training

    class Moderation(models.TextChoices):
        UNSEEN = "", "nobody objected"
        REPORTED = "reported", "reported, hidden until looked at"
        APPROVED = "approved", "looked at and shown"
        HIDDEN = "hidden", "looked at and hidden"
        PRIVATE = "private", "kept private by who drew it"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contributor = models.ForeignKey(Contributor, on_delete=models.CASCADE, related_name="drawings", db_index=False)
    source = models.CharField(max_length=8, choices=Source, default=Source.PAGE)
    strokes = models.JSONField(null=True, blank=True, help_text="[[[x…], [y…], [t…]], …] as drawn, y down")
    pens = models.JSONField(null=True, blank=True, help_text="[[colour, width], …] of the strokes; empty: all as ink")
    bitmap = models.BinaryField(help_text="28×28 uint8, white ink on black, row by row")
    prompt = models.ForeignKey(
        DoodleClass,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        help_text="asked to draw this",
    )
    game = models.ForeignKey(
        Game,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="drawings",
        db_index=False,
        help_text="drawn in this game",
    )
    won = models.BooleanField(
        default=False, db_default=False, help_text="the game guessed the word before the drawing was finished"
    )
    label = models.ForeignKey(
        DoodleClass, null=True, blank=True, on_delete=models.SET_NULL, related_name="drawings", help_text="what it is"
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.UNLABELLED)
    moderation = models.CharField(
        max_length=8, choices=Moderation, blank=True, default=Moderation.UNSEEN, db_default=Moderation.UNSEEN
    )
    split = models.CharField(max_length=12, choices=[(split.value, split.value) for split in Split])
    idempotency_key = models.CharField(max_length=128, null=True, blank=True, editable=False)
    request_digest = models.CharField(
        max_length=32, null=True, blank=True, editable=False, help_text="of the request that had the idempotency key"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False, help_text="when it was drawn")
    stored_at = models.DateTimeField(
        null=True, default=timezone.now, editable=False, help_text="when it came here; empty: when it was drawn"
    )
    countrycode = models.CharField(
        max_length=2, null=True, editable=False, help_text="as imported; the site collects none"
    )

    objects = DrawingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["contributor", "idempotency_key"], name="one_drawing_per_idempotency_key"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="drawing_newest"),
            models.Index(fields=["status", "label"], name="drawing_status_label"),
            models.Index(fields=["game"], condition=models.Q(game__isnull=False), name="drawing_game"),
        ]

    def __str__(self) -> str:
        return f"{self.label or self.prompt or 'drawing'} {str(self.pk)[:8]}"

    @property
    def is_sample(self) -> bool:
        """Tell whether it is a sample that ships with doodlesite; see recognition/sample_drawings.py."""
        return self.source == Drawing.Source.SAMPLE

    @property
    def is_hidden(self) -> bool:
        """Tell whether only its contributor and staff with the permission may see it."""
        return self.moderation in (Drawing.Moderation.REPORTED, Drawing.Moderation.HIDDEN, Drawing.Moderation.PRIVATE)

    @property
    def is_private(self) -> bool:
        """Tell whether its contributor keeps it out of the gallery, for good."""
        return self.moderation == Drawing.Moderation.PRIVATE

    def may_be_seen_by(self, contributor: Contributor, user: User | AnonymousUser) -> bool:
        """Tell whether somebody may see it: of hidden ones the contributor's own, or as in the admin.

        user: who is signed in, or whose token it is.
        """
        return not self.is_hidden or self.contributor_id == contributor.pk or _sees_hidden_drawings(user)

    def pixels(self) -> Bitmap:
        """Return the bitmap as uint8 (28, 28), 255 = ink."""
        return np.frombuffer(self.bitmap, np.uint8).reshape(SIZE, SIZE)

    def svg(self) -> str:
        """Return the drawing as an SVG: its strokes, or the pixels of an uploaded image."""
        return strokes_to_svg(self.strokes, self.pens) if self.strokes else bitmap_to_svg(self.pixels())

    def fast_svg(self) -> str:
        """Return an SVG that this server renders quickly: its short lines, or the pixels of an endless scribble."""
        return (self.strokes and strokes_to_fast_svg(self.strokes, self.pens)) or bitmap_to_svg(self.pixels())

    def first_prediction(self) -> Prediction | None:
        """Return the prediction that was shown when the drawing was submitted; feedback refers to it."""
        return next(reversed(self.predictions.all()), None)


def _sees_hidden_drawings(user: User | AnonymousUser) -> bool:
    permissions = "recognition.view_drawing", "recognition.change_drawing"  # each lets an account see them in the admin
    return user.is_staff and any(map(user.has_perm, permissions))
