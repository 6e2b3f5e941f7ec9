from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from recognition.models import DoodleClass
from tests.services.site import Site
from tests.training.faults.recognizing import Recognizing
from training.config import TrainingConfig
from training.models import TrainingRun

QUICKDRAW = Path(os.environ.get("QUICKDRAW_DIR") or settings.BASE_DIR.parent / "shared" / "quickdraw")
CLASSES = ("airplane", "apple", "tree")  # the tiny network knows none of them
# A machine that runs more than it has cores for may keep a living worker from beating for seconds.
IMPATIENT = {
    "TRAINING_HEARTBEAT_EVERY": "1",
    "TRAINING_DEAD_AFTER": "10",
    "TRAINING_SWEEP_EVERY": "1",
    "QUICKDRAW_DIR": str(QUICKDRAW),
}
TRAINING = ("worker", "beat", "trainer")


@pytest.fixture
def training_site(site: Site) -> Site:
    """A site on real base drawings, quick to take a silent worker for dead; nothing runs yet."""
    if not (QUICKDRAW / "full").is_dir():
        pytest.skip(f"There are no base drawings in {QUICKDRAW}; QUICKDRAW_DIR says where they are.")
    site.environment.update(IMPATIENT)
    return site


@pytest.fixture
def recognizing(training_site: Site) -> Iterator[Recognizing]:
    """Somebody who draws all the time, on a site that has a network in service."""
    with Recognizing(training_site) as recognizing:
        yield recognizing


def request_run(**config: object) -> TrainingRun:
    """Queue a run of seconds on a few real drawings; no message is sent, as if the broker had lost it.

    The classes of the tiny network are given up, so that the gate does not mind that the run knows none of them.
    """
    DoodleClass.objects.ensure(CLASSES)
    DoodleClass.objects.exclude(name__in=CLASSES).update(active=False)
    asked = {"preset": "quick", "classes": CLASSES, "rows_per_class": 1_000, "epochs": 3, **config}
    return TrainingRun.objects.request(TrainingConfig.from_dict(asked).to_dict(), by=None, reason="test")
