from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from recognition import starter
from recognition.models import ModelVersion
from training.config import TrainingConfig
from training.models import AlreadyOpen, TrainingRun

REASON = "a new starter model came with an upgrade"


class Command(BaseCommand):
    help = (
        "Lets the gate judge a starter model that came with an upgrade: a run without training compares it with the "
        "version in service. Safe to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sha256 = starter.read().sha256
        except starter.NoStarterModel:
            return
        version = ModelVersion.objects.defer("artifact").filter(sha256=sha256, promoted_at=None).first()
        if version is None or TrainingRun.objects.filter(version=version).exists():
            return
        try:
            # Beat sends it to a worker; at this point of a start there may be no Redis yet.
            run = TrainingRun.objects.request(TrainingConfig().to_dict(), by=None, reason=REASON, version=version)
        except AlreadyOpen as error:
            self.stdout.write(f"{version} waits to be judged: {error}")
        else:
            self.stdout.write(f"{version} is the new starter model. The gate judges it in {run}.")
