from __future__ import annotations

from django.db import models


class Milestone(models.Model):
    """Something that is done once in a site's life, so that it is not done again when somebody has undone it."""

    name = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.name
