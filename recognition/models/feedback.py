from __future__ import annotations

from django.db import models

from recognition.models.contributor import Contributor
from recognition.models.doodle_class import DoodleClass
from recognition.models.drawing import Drawing
from recognition.models.word_proposal import WordProposal


class Feedback(models.Model):
    """A contributor's feedback on a drawing: the guess was right, or another class is, or none of the classes.

    `label` is the class according to the contributor, also when the guess was right; null means "none of these".
    """

    drawing = models.ForeignKey(Drawing, on_delete=models.CASCADE, related_name="feedback", db_index=False)
    contributor = models.ForeignKey(Contributor, on_delete=models.CASCADE, related_name="feedback")
    correct = models.BooleanField(help_text="the network's guess was right")
    label = models.ForeignKey(DoodleClass, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    proposal = models.ForeignKey(
        WordProposal,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="feedback",
        help_text="the word that it is, in the person's opinion, and that is no class",
    )
    by_staff = models.BooleanField(default=False)
    provisional = models.BooleanField(
        default=False, db_default=False, help_text="a reviewer's whom we do not trust: counts once another one agrees"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at"]
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(fields=["drawing", "contributor"], name="one_feedback_per_contributor"),
        ]
        indexes = [
            # For the latest feedback of all reviewers, and of one. Few people are staff, so these indexes stay small.
            models.Index(fields=["-updated_at"], condition=models.Q(by_staff=True), name="feedback_by_staff"),
            models.Index(
                fields=["contributor", "-updated_at"], condition=models.Q(by_staff=True), name="feedback_by_reviewer"
            ),
        ]

    def __str__(self) -> str:
        return "right" if self.correct else f"wrong: {self.label or 'none of these'}"
