"""A site that really retrains, on real base drawings, within seconds."""

from __future__ import annotations

import pytest

from recognition.models import DoodleClass
from tests.parity import QUICKDRAW
from tests.services.site import Site
from training.config import TrainingConfig
from training.models import TrainingRun

CLASSES = ("airplane", "apple", "tree")  # the tiny network knows none of them
ROWS_PER_CLASS = 300  # an epoch takes less than a second
# A run whose worker dies is taken over quickly, see tests.training.faults.watching.expire_lease. A living worker keeps
# its usual 30 seconds of silence, which a busy machine does not exceed.
IMPATIENT = {
    "TRAINING_HEARTBEAT_EVERY": "1",
    "TRAINING_SWEEP_EVERY": "1",
    "QUICKDRAW_DIR": str(QUICKDRAW),
}
TRAINING = ("worker", "beat", "trainer")  # processes


@pytest.fixture
def training_site(site: Site) -> Site:
    """A site on real base drawings that looks for dead workers every second; nothing runs yet."""
    if not (QUICKDRAW / "full").is_dir():
        pytest.skip(f"There are no base drawings in {QUICKDRAW}; QUICKDRAW_DIR says where they are.")
    site.environment.update(IMPATIENT)
    return site


def request_run(**config: object) -> TrainingRun:
    """Queue a run of seconds on a few real drawings; no message is sent, as if the broker had lost it."""
    only_these_classes()
    asked = {"preset": "quick", "classes": CLASSES, "rows_per_class": ROWS_PER_CLASS, "epochs": 3, **config}
    return TrainingRun.objects.request(TrainingConfig.from_dict(asked).to_dict(), by=None, reason="test")


def only_these_classes() -> None:
    """Give up the classes of the tiny network, so that the gate does not mind that a run knows none of them."""
    DoodleClass.objects.ensure(CLASSES)
    DoodleClass.objects.exclude(name__in=CLASSES).update(active=False)
