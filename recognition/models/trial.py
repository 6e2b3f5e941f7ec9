from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from recognition.models.contributor import Contributor

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from recognition.models.model_version import ModelVersion

MAX_SHARE_PERCENT = 50  # of contributors


class CannotStartTrial(Exception):
    """No trial can start; the message says why."""


class TrialQuerySet(models.QuerySet["Trial"]):
    def running(self) -> Trial | None:
        """Return the trial that has not ended, with its version but without the version's artifact and metrics."""
        heavy = ("artifact", "metrics")
        trials = self.filter(ended_at=None).select_related("version")
        return trials.defer(*(f"version__{name}" for name in heavy)).first()

    def start(self, version: ModelVersion, champion: ModelVersion, mode: str, share: int, *, by: User | None) -> Trial:
        """Store a trial of a version that can serve. Raises CannotStartTrial while another one is running."""
        fields = {"version": version, "number": version.number, "mode": mode, "share": share, "started_by": by}
        try:
            with transaction.atomic():
                return self.create(**fields, champion=champion, champion_number=champion.number)
        except IntegrityError:
            if other := self.running():
                message = f"Version {other.number} is being tried; only one may be. End that trial first."
                raise CannotStartTrial(message) from None
            raise

    def end_running(self, why: str, *, by: User | None = None) -> None:
        """End the running trial, if there is one."""
        self.filter(ended_at=None).update(ended_at=timezone.now(), ended_by=by, why=why[:500])


class Trial(models.Model):
    """An A/B test of a candidate version against the champion.

    Both versions predict every submitted drawing. One answer is shown; the other is only stored.
    """

    class Mode(models.TextChoices):
        SHADOW = "shadow", "in shadow"
        CANARY = "canary", "for a share of people"

    version = models.ForeignKey("recognition.ModelVersion", null=True, on_delete=models.SET_NULL, related_name="trials")
    number = models.PositiveIntegerField(help_text="of the version, which may be deleted since")
    champion = models.ForeignKey(
        "recognition.ModelVersion",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="in service meanwhile",
    )
    champion_number = models.PositiveIntegerField()
    mode = models.CharField(max_length=8, choices=Mode)
    share = models.PositiveSmallIntegerField(help_text="per cent of contributors who see its answers; 0 in shadow")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", help_text="null: by itself"
    )
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=500, blank=True, help_text="it ended")

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(Case(When(ended_at=None, then=Value(1))), name="one_open_trial"),
            models.CheckConstraint(
                condition=Q(mode="shadow", share=0) | Q(mode="canary", share__range=(1, MAX_SHARE_PERCENT)),
                name="trial_share",
            ),
        ]

    def __str__(self) -> str:
        return f"trial of version {self.number}"

    def shows_candidate_to(self, contributor: Contributor) -> bool:
        """Tell whether a contributor sees the candidate's answers: constant during a trial, random between trials."""
        digest = blake2b(f"{self.pk} {contributor.bucketing_key}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) % 100 < self.share

    def end(self, why: str, *, by: User | None = None) -> None:
        """End this trial. Does nothing if it has ended: the first reason is kept."""
        Trial.objects.filter(pk=self.pk).end_running(why, by=by)
