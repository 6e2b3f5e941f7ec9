from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from recognition.inference.feature_space import FeatureSpace
from recognition.inference.results import Calibration
from recognition.infra.advisory_lock import LockKey, lock_for_transaction
from recognition.models.audit_entry import AuditEntry
from recognition.models.doodle_class import DoodleClass
from recognition.models.trial import CannotStartTrial, Trial
from recognition.models.version_features import VersionFeatures

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from recognition.inference.classifier import Classifier


class ModelVersionQuerySet(models.QuerySet["ModelVersion"]):
    def current(self) -> ModelVersion | None:
        """Return the champion: the version in service, which was promoted last. Its artifact is deferred."""
        return self.promoted().first()

    def promoted(self) -> ModelVersionQuerySet:
        """Return the versions that are or were in service, the champion first."""
        return self.exclude(promoted_at=None).defer("artifact").order_by("-promoted_at", "-number")

    def anchor(self) -> ModelVersion | None:
        """Return the version that a person promoted last, or the starter model; the gate promotes others.

        The gate compares with it too, so that small losses of many versions do not add up.
        """
        promotions = Promotion.objects.filter(automatic=False).select_related("version").defer("version__artifact")
        latest = promotions.order_by("-at", "-id").first()
        return latest.version if latest else None

    def with_in_service(self) -> ModelVersionQuerySet:
        """Annotate each version with `in_service`: whether it is the champion."""
        champion = ModelVersion.objects.promoted().values("pk")[:1]
        is_champion = models.When(pk=models.Subquery(champion), then=models.Value(True))
        return self.annotate(in_service=models.Case(is_champion, default=models.Value(False)))

    @transaction.atomic
    def register(
        self,
        artifact: bytes,
        labels: Sequence[str],
        calibration: Calibration,
        metrics: dict[str, Any],
        parent: ModelVersion | None = None,
        features: FeatureSpace | None = None,
    ) -> ModelVersion:
        """Store a trained network as the next version; it is not in service until promoted.

        features: needed to recognize new classes before the next version has learnt them.
        """
        lock_for_transaction(LockKey.REGISTER)  # otherwise two hosts could assign the same number
        newest = self.aggregate(newest=Max("number"))["newest"] or 0
        version = self.create(
            number=newest + 1,
            labels=DoodleClass.objects.as_written_here(labels),
            artifact=artifact,
            sha256=hashlib.sha256(artifact).hexdigest(),
            **asdict(calibration),
            metrics=metrics,
            parent=parent,
        )
        DoodleClass.objects.ensure(labels, comes_with=version)
        if features:
            version.store_features(features)
        return version


class ModelVersion(models.Model):
    """A trained network: its artifact, its labels, its calibration and its metrics."""

    number = models.PositiveIntegerField(unique=True)
    labels = models.JSONField(help_text="names of the classes, in the order of the network's outputs")
    artifact = models.BinaryField(help_text="LiteRT")
    sha256 = models.CharField(max_length=64)
    temperature = models.FloatField(help_text="logits are divided by it")
    threshold = models.FloatField(help_text="less certain than this is «I don't know»")
    softening = models.FloatField(
        default=1.0, db_default=1.0, help_text="certainty is confidence at so many times the temperature"
    )
    metrics = models.JSONField(default=dict)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    promoted_at = models.DateTimeField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"version {self.number}"

    def get_absolute_url(self) -> str:
        """Return the version's page, which the app `training` provides."""
        return reverse("model", args=[self.number])

    @property
    def calibration(self) -> Calibration:
        return Calibration(self.temperature, self.threshold, self.softening)

    def load(self) -> Classifier:
        """Load the network, and test it.

        Raises InvalidArtifact when the artifact differs from the registered one, does not load or does not run.
        """
        from recognition.inference.classifier import Classifier  # imports LiteRT: only in processes that predict

        artifact = ModelVersion.objects.values_list("artifact", flat=True).get(pk=self.pk)  # not kept on self
        classifier = Classifier(bytes(artifact), self.labels, self.calibration, sha256=self.sha256)
        classifier.self_test()
        return classifier

    def store_features(self, features: FeatureSpace) -> None:
        VersionFeatures.objects.create(version=self, npz=features.to_npz())

    def load_features(self) -> FeatureSpace | None:
        """Load the feature space; None for a version that was registered without it."""
        npz = VersionFeatures.objects.filter(version=self).values_list("npz", flat=True).first()
        return FeatureSpace.from_npz(bytes(npz)) if npz else None

    @transaction.atomic
    def promote(self, *, by: User | None, reason: str, automatic: bool = False) -> None:
        """Put this version in service; promoting an older version rolls back. Every web process follows by itself.

        automatic: the gate decided, not a person.
        Raises InvalidArtifact, and changes nothing, when the version could not serve.
        """
        self.load()
        lock_for_transaction(LockKey.PROMOTE)  # the gate promotes only while the champion is the one that it compared
        self.promoted_at = timezone.now()
        self.save(update_fields=["promoted_at"])
        DoodleClass.objects.activate_of(self)
        Promotion.objects.create(version=self, by=by, reason=reason, at=self.promoted_at, automatic=automatic)
        AuditEntry.objects.record(AuditEntry.Action.PROMOTED, self, reason, by=by)
        Trial.objects.end_running(f"Version {self.number} was put in service.", by=by)

    def start_trial(self, mode: str, share: int, *, by: User | None) -> Trial:
        """Run this version alongside the champion; every web process follows by itself.

        share: per cent of contributors who see its answers; 0 in shadow.
        Raises CannotStartTrial, or InvalidArtifact when the version could not serve.
        """
        champion = ModelVersion.objects.current()
        if champion is None:
            raise CannotStartTrial("No version is in service that it could be compared with.")
        if champion == self:
            raise CannotStartTrial(f"Version {self.number} is in service already.")
        self.load()
        return Trial.objects.start(self, champion, mode, share, by=by)


class Promotion(models.Model):
    """A promotion: who put a version in service, when and why."""

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="promotions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    automatic = models.BooleanField(default=False, db_default=False, help_text="the gate decided, not a person")

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.version} at {self.at:%Y-%m-%d %H:%M}"
