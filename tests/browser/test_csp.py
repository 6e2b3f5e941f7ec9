"""Every page, and none does what its policy forbids."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from recognition.models import Drawing, ModelVersion
from tests.browser.hand import CAT, Hand, Visit, words
from tests.browser.test_admin import log_in
from tests.factories import make_class, make_drawing, make_prediction
from training.models import TrainingRun

pytestmark = pytest.mark.browser

TELL = """document.addEventListener("securitypolicyviolation", (event) => {
    console.error("violation", event.violatedDirective, event.blockedURI, event.lineNumber, location.href)
})"""

ADMIN = (
    "recognition_drawing",
    "recognition_drawingimport",
    "recognition_feedback",
    "recognition_prediction",
    "recognition_contributor",
    "recognition_doodleclass",
    "recognition_modelversion",
    "recognition_promotion",
    "recognition_token",
    "training_trainingrun",
    "auth_user",
    "auth_group",
    "django_celery_beat_periodictask",
)
TABS = 4  # at once
IDLE_MS = 60_000  # in which a page has to load all that it needs; the machine may be busy
FORMS = ("recognition_token", "recognition_doodleclass", "auth_user", "django_celery_beat_periodictask")


@pytest.fixture
def drawing(version: ModelVersion) -> Drawing:
    drawing = make_drawing("cat", label="cat")
    make_prediction(drawing, version)
    make_prediction(make_drawing("cat", label="cat", strokes=None), version)  # an upload, shown as pixels
    for label in version.labels:
        make_class(label)
    return drawing


def walk(page: Page, *paths: str) -> None:
    """Open pages, the last one in `page`; the fixture `visit` fails the test for any complaint of the browser.

    The others are opened in tabs, some at a time: that the network has been idle takes half a second to tell.
    """
    page.context.add_init_script(TELL)
    *others, last = paths
    for start in range(0, len(others), TABS):
        tabs = [page.context.new_page() for _ in others[start : start + TABS]]
        for tab, path in zip(tabs, others[start:], strict=False):
            tab.goto(path)
        for tab in tabs:
            tab.wait_for_load_state("networkidle", timeout=IDLE_MS)
            tab.close()
    page.goto(last)
    page.wait_for_load_state("networkidle", timeout=IDLE_MS)


def test_the_pages_for_everybody(visit: Visit, drawing: Drawing) -> None:
    page = visit("/about/")
    bare = Drawing.objects.exclude(pk=drawing.pk).get()
    walk(
        page,
        *(reverse(name) for name in ("gallery", "mine", "play", "models", "about", "privacy", "api:docs")),
        *(reverse("drawing", args=[one.pk]) for one in (drawing, bare)),
        reverse("model", args=[1]),
        "/models/compare/?a=1&b=1",
        reverse("api:svg", args=[drawing.pk]),
        reverse("api:svg", args=[bare.pk]),
        reverse("draw"),
    )
    Hand(page).draw(CAT)
    expect(words(page)).to_have_text("I see a cat!")
    page.keyboard.press("Enter")
    expect(words(page)).to_have_text("Was it a cat?")


def test_a_page_that_there_is_not_keeps_to_it(visit: Visit, drawing: Drawing) -> None:
    walk(visit("/about/"), "/nothing-here/", "/admin/nothing-here/")


def test_the_game(visit: Visit, drawing: Drawing) -> None:
    page = visit("/about/")
    walk(page, "/play/")
    page.get_by_role("button", name="Let’s play").click()
    expect(page.locator("canvas")).to_be_visible()


def test_the_documentation_shows_the_operations(visit: Visit, drawing: Drawing) -> None:
    page = visit("/about/")
    walk(page, "/api/docs/")
    expect(page.get_by_text("Have a drawing recognized and stored")).to_be_visible()


def test_the_pages_for_staff(visit: Visit, drawing: Drawing, version: ModelVersion, admin_user: User) -> None:
    run = TrainingRun.objects.create(config={}, status=TrainingRun.Status.SUCCEEDED)
    page = visit("/about/")
    walk(page, "/admin/login/")
    page.goto("/admin/")
    log_in(page)
    walk(
        page,
        reverse("review"),
        "/admin/",
        *(reverse(f"admin:{name}_changelist") for name in ADMIN),
        *(reverse(f"admin:{name}_add") for name in FORMS),
        reverse("admin:recognition_drawing_change", args=[drawing.pk]),
        reverse("admin:recognition_modelversion_change", args=[version.pk]),
        reverse("admin:training_trainingrun_change", args=[run.pk]),
        reverse("admin:password_change"),
    )
