from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable

from django.db import models


class DeletedDrawingManager(models.Manager["DeletedDrawing"]):
    def remember(self, ids: Iterable[uuid.UUID]) -> None:
        """Remember that drawings were deleted."""
        self.bulk_create([DeletedDrawing(pk=_hash(pk)) for pk in ids], ignore_conflicts=True, batch_size=500)

    def has(self, pk: uuid.UUID) -> bool:
        """Tell whether the drawing with this id was deleted."""
        return self.filter(pk=_hash(pk)).exists()


class DeletedDrawing(models.Model):
    """A hash of the id of a deleted drawing: imports leave the drawing out, and the table does not tell the id."""

    id = models.UUIDField(primary_key=True, editable=False, help_text="hash of the last 64 bits of the drawing's id")
    deleted_at = models.DateTimeField(auto_now_add=True)

    objects = DeletedDrawingManager()

    def __str__(self) -> str:
        return f"deleted at {self.deleted_at:%Y-%m-%d %H:%M}"


def _hash(pk: uuid.UUID) -> uuid.UUID:
    """Return 128 bits of the SHA-256 of an id's last 64 bits, which are all that Quick, Draw!'s binary files have."""
    return uuid.UUID(bytes=hashlib.sha256(pk.bytes[8:]).digest()[:16])
