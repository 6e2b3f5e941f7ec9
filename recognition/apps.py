from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.db.models.signals import pre_delete

if TYPE_CHECKING:
    from recognition.models import Judgement


class RecognitionConfig(AppConfig):
    name = "recognition"
    verbose_name = "Recognition"

    def ready(self) -> None:
        from recognition.infra import checks  # noqa: F401  # registers the checks

        # A signal, because judgements are deleted by cascades: user → contributor → drawing → judgement.
        pre_delete.connect(subtract_judgement, sender=f"{self.name}.Judgement", weak=False)


def subtract_judgement(instance: Judgement, **_: Any) -> None:
    from recognition.stats.accuracy import subtract_judgement

    subtract_judgement(instance)
