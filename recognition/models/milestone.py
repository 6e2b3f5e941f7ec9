from __future__ import annotations

from django.db import models


class Milestone(models.Model):
    """A one-time step of a site's set-up. It is not repeated, even if its result has been removed."""

    name = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.name
