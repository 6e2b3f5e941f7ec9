from __future__ import annotations

from django.db import models


class VersionFeatures(models.Model):
    """The feature space of a model version. It is a table of its own because it takes half a megabyte."""

    version = models.OneToOneField(
        "recognition.ModelVersion", primary_key=True, on_delete=models.CASCADE, related_name="features"
    )
    npz = models.BinaryField(help_text="recognition.inference.feature_space.FeatureSpace, without pickles")

    def __str__(self) -> str:
        return f"features of {self.version}"
