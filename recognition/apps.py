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
        from recognition.infra import checks  # noqa: F401  # registers them

        # A signal, for once: judgements go with their drawing, that with its contributor, he with his user, and only
        # the deletion itself knows of all of them.
        pre_delete.connect(take_out, sender=f"{self.name}.Judgement", weak=False)


def take_out(instance: Judgement, **_: Any) -> None:
    from recognition.stats.accuracy import take_out

    take_out(instance)
