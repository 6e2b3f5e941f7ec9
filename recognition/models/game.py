from __future__ import annotations

import uuid

from django.db import models

from recognition.models.contributor import Contributor


class Game(models.Model):
    """A game: six words to draw. The drawings refer to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contributor = models.ForeignKey(Contributor, on_delete=models.CASCADE, related_name="games")
    words = models.JSONField(help_text="names of classes, in the order of the rounds")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return ", ".join(self.words)
