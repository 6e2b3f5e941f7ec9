"""A trial that begins and ends while the site's own web processes serve."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

import pytest

from recognition.models import Prediction
from tests.factories import make_version, strokes_of
from tests.services.site import Site, wait_until

pytestmark = pytest.mark.services

IN_A_ROW = 12  # drawings; two processes take turns in no order


def test_every_web_process_follows_a_trial_and_its_end_without_losing_a_drawing(site: Site) -> None:
    champion, candidate = make_version(), make_version(promoted=False)
    site.environment["DOODLE_RATE_DRAWINGS"] = "off"
    site.start("redis", "web")
    site.wait_until_it_answers("/readyz")

    trial = candidate.start_trial("shadow", 0, by=None)
    wait_until(lambda: [unshown(site) for _ in range(IN_A_ROW)] == [1] * IN_A_ROW)
    trial.end("seen enough")
    wait_until(lambda: [unshown(site) for _ in range(IN_A_ROW)] == [0] * IN_A_ROW)

    assert set(Prediction.objects.values_list("model_version", flat=True)) == {champion.pk}


def unshown(site: Site) -> int:
    """Have a drawing recognized and return how many answers were stored that were not shown."""
    body = json.dumps({"strokes": strokes_of("cat")}).encode()
    request = Request(f"{site.url}/api/v1/drawings/", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=60) as answer:
        drawing = json.load(answer)["id"]
    return Prediction.with_unshown.filter(drawing=drawing).exclude(trial=None).count()
