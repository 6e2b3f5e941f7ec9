from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from monitoring.statistics import drift
from monitoring.statistics.drift import drift_by_version
from monitoring.statistics.training_stats import training_stats
from monitoring.statistics.user_accuracy import accuracy_by_version
from recognition.labeling.feedback import give_feedback
from recognition.models import ModelVersion
from tests.browser.hand import Visit
from tests.browser.looks import violations
from tests.factories import make_drawing, make_prediction
from training.models import TrainingRun

pytestmark = pytest.mark.browser

SIZES = [{"width": 360, "height": 740}, {"width": 1440, "height": 900}]


@pytest.fixture(autouse=True)
def forget_figures() -> None:
    for cached in (accuracy_by_version, drift_by_version, training_stats):
        cached.cache_clear()
    drift._baseline.cache_clear()


@pytest.fixture
def judged(version: ModelVersion, admin_user: User) -> None:
    drawing = make_drawing()
    make_prediction(drawing, version)
    give_feedback(drawing, drawing.contributor, correct=True, label=None)


def open_operations(visit: Visit, **options: object) -> Page:
    page = visit("/admin/login/?next=/admin/operations/", **options)
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Answers", exact=True)).to_be_visible()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=["phone", "desktop"])
def test_everybody_can_read_it(visit: Visit, judged: None, size: dict[str, int], scheme: str) -> None:
    page = open_operations(visit, viewport=size, color_scheme=scheme)

    assert [one for one in violations(page) if "operations" in one or "doodle" in one or "meter" in one] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_it_keeps_itself_fresh(visit: Visit, judged: None) -> None:
    page = open_operations(visit)
    expect(page.get_by_text("None is running.")).to_be_visible()
    TrainingRun.objects.request({}, by=None, reason="test")

    expect(page.get_by_text("is queued, and has waited for a worker for")).to_be_visible(timeout=30_000)


def test_it_says_when_its_figures_are_old(visit: Visit, judged: None) -> None:
    page = open_operations(visit)
    page.route("**/admin/operations/live/", lambda route: route.abort())

    expect(page.get_by_text("these figures are old")).to_be_visible(timeout=30_000)


def test_it_is_found_in_the_menu(visit: Visit, judged: None) -> None:
    page = open_operations(visit, viewport=SIZES[1])

    expect(page.get_by_role("link", name="Operations")).to_be_visible()
