"""The whole loop: a new word, drawn and confirmed, a button, curves that grow, and the site knows the word."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import split_of
from recognition.models import Contributor, DoodleClass, Drawing, ModelVersion
from tests.browser.hand import Hand, Visit, words
from tests.browser.test_admin import log_in
from tests.parity import QUICKDRAW
from tests.services.site import Site
from tests.services.training import CLASSES, TRAINING, only_these_classes
from training.models import TrainingRun

pytestmark = [pytest.mark.browser, pytest.mark.services, pytest.mark.tensorflow]

ROBOTS = QUICKDRAW / "full" / "simplified" / "wine glass.ndjson"  # what people here call robots
DRAWN = 120
UNSEEN = 20
TRAINED_WITHIN = 180_000  # milliseconds, on a busy machine


def robots(count: int) -> list[list[list[list[float]]]]:
    return [json.loads(line)["drawing"] for line in ROBOTS.read_text().splitlines()[:count]]


def draw_robots(count: int) -> None:
    robot = DoodleClass.objects.create(name="robot", origin=DoodleClass.Origin.OWN)
    for strokes in robots(count):
        bitmap = rasterize(strokes)
        Drawing.objects.create(
            contributor=Contributor.objects.create(),
            strokes=strokes,
            bitmap=bitmap.tobytes(),
            split=split_of(bitmap),
            label=robot,
            status=Drawing.Status.ACCEPTED,
        )


@pytest.fixture
def admin(visit: Visit, version: ModelVersion, admin_user: User) -> Page:
    return log_in(visit("/admin/"))


def test_a_new_word_is_drawn_learnt_by_a_button_and_recognized(admin: Page, visit: Visit, training_site: Site) -> None:
    only_these_classes()
    draw_robots(DRAWN)
    training_site.start("redis", *TRAINING)

    admin.goto("/admin/training/trainingrun/")
    admin.get_by_role("link", name="Retrain").click()
    admin.get_by_label("Preset").select_option("quick")
    admin.get_by_label("Rows per class").fill("1000")
    admin.get_by_label("Epochs").fill("6")
    admin.get_by_role("button", name="Retrain…").click()
    expect(admin.get_by_role("region", name="Dry run")).to_contain_text("robot")
    admin.get_by_role("button", name="Start this run").click()

    expect(admin.get_by_role("status")).to_contain_text("Running", timeout=TRAINED_WITHIN)
    curves = admin.locator("[data-curves]")
    expect(curves).not_to_be_visible()
    for epoch in (1, 3, 6):
        expect(curves).to_have_attribute("data-history", re.compile(f'"epoch": {epoch}'), timeout=TRAINED_WITHIN)
    expect(curves.locator("canvas")).to_have_count(2)
    expect(admin.get_by_role("status")).to_contain_text("Succeeded", timeout=TRAINED_WITHIN)
    expect(admin.get_by_text("The gate lets it pass")).to_be_visible()

    run = TrainingRun.objects.get()
    assert run.version
    assert run.version.labels == sorted([*CLASSES, "robot"])
    assert ModelVersion.objects.current() == run.version

    classifier = run.version.load()
    known = [one for one in robots(DRAWN + UNSEEN)[DRAWN:] if classifier.recognize(rasterize(one)).label == "robot"]
    assert len(known) > UNSEEN / 2
    sheet = visit("/")
    Hand(sheet).draw(known[0])
    expect(words(sheet)).to_contain_text("robot")
