from __future__ import annotations

from django.conf import settings
from django.db import models

from recognition.models.contributor import Contributor
from recognition.models.doodle_class import DoodleClass
from recognition.models.drawing import Drawing


class Gold(models.Model):
    """A gold drawing: its label is certain, and reviewers are tested with it from time to time."""

    drawing = models.OneToOneField(Drawing, on_delete=models.CASCADE, related_name="gold")
    label = models.ForeignKey(DoodleClass, on_delete=models.CASCADE, related_name="+", db_index=False)
    automatic = models.BooleanField(default=False, help_text="reviewers agreed; nobody marked it")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", help_text="who marked it"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "gold"

    def __str__(self) -> str:
        return f"{self.label}, beyond doubt"


class GoldAnswer(models.Model):
    """A reviewer's answer about a gold drawing; it never changes the drawing's label."""

    gold = models.ForeignKey(Gold, on_delete=models.CASCADE, related_name="answers", db_index=False)
    contributor = models.ForeignKey(Contributor, on_delete=models.CASCADE, related_name="gold_answers", db_index=False)
    label = models.ForeignKey(DoodleClass, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    right = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["gold", "contributor"], name="one_gold_answer_per_contributor"),
        ]
        indexes = [models.Index(fields=["contributor", "-created_at"], name="gold_answer_newest")]

    def __str__(self) -> str:
        return f"{self.label or 'none of these'}: {'right' if self.right else 'wrong'}"
