from __future__ import annotations

from django.db import models

from recognition.models.contributor import Contributor
from recognition.models.drawing import Drawing


class Report(models.Model):
    """A report that a drawing should not be shown, with an optional reason."""

    drawing = models.ForeignKey(Drawing, on_delete=models.CASCADE, related_name="reports", db_index=False)
    contributor = models.ForeignKey(Contributor, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["drawing", "contributor"], name="one_report_per_contributor"),
        ]

    def __str__(self) -> str:
        return self.reason or "reported"
