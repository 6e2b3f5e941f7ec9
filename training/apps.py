from __future__ import annotations

from django.apps import AppConfig


class TrainingAppConfig(AppConfig):
    name = "training"
    verbose_name = "Training"

    def ready(self) -> None:
        from training.tracking import packages  # noqa: F401  # registers the check
