from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from recognition.imaging.sketch import Sketch
from recognition.labeling.feedback import give_feedback
from recognition.models import Contributor, Drawing, ModelVersion, Prediction, Trial
from recognition.submission import recognize_and_store
from tests.factories import make_version, strokes_of

pytestmark = pytest.mark.django_db

LIST = "/admin/recognition/modelversion/"


@pytest.fixture
def candidate(db: None) -> ModelVersion:
    """Version 2, beside version 1 which is in service."""
    make_version()
    return make_version(promoted=False)


def page(version: ModelVersion, name: str = "change/") -> str:
    return f"{LIST}{version.pk}/{name}"


def shown(client: Client, version: ModelVersion) -> str:
    return client.get(page(version)).content.decode()


def test_a_trial_is_begun_and_ended_with_a_reason(
    admin_client: Client, admin_user: User, candidate: ModelVersion
) -> None:
    answer = admin_client.post(page(candidate, "try_out/"), {"mode": "canary", "share": "10"}, follow=True)
    assert "Version 2 is on trial now." in answer.content.decode()
    assert "End the trial…" in answer.content.decode()
    trial = Trial.objects.get()
    assert (trial.mode, trial.share, trial.started_by) == ("canary", 10, admin_user)

    admin_client.post(page(candidate, "end_trial/"), {"why": "seen enough"})
    trial.refresh_from_db()
    assert (trial.why, trial.ended_by) == ("seen enough", admin_user)
    assert "admin ended it: seen enough" in shown(admin_client, candidate)
    told = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(told) == ["Tried: canary, 10 %", "Ended its trial: seen enough"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "mode"),
        ({"mode": "loud"}, "mode"),
        ({"mode": "canary"}, "share"),
        ({"mode": "canary", "share": "0"}, "share"),
        ({"mode": "canary", "share": "51"}, "share"),
        ({"mode": "canary", "share": "many"}, "share"),
    ],
)
def test_a_trial_that_cannot_be_is_refused_by_the_name_of_its_field(
    admin_client: Client, candidate: ModelVersion, given: dict[str, str], field: str
) -> None:
    answer = admin_client.post(page(candidate, "try_out/"), given | {"csrf": ""})
    assert list(answer.context["form"].errors) == [field]
    assert not Trial.objects.exists()


def test_in_shadow_a_share_is_left_out(admin_client: Client, candidate: ModelVersion) -> None:
    admin_client.post(page(candidate, "try_out/"), {"mode": "shadow", "share": "10"})
    assert Trial.objects.get().share == 0


def test_a_version_that_cannot_serve_is_refused_with_the_reason(admin_client: Client, candidate: ModelVersion) -> None:
    ModelVersion.objects.filter(pk=candidate.pk).update(artifact=b"damaged")
    answer = admin_client.post(page(candidate, "try_out/"), {"mode": "shadow"})
    assert "SHA-256 differs. Nothing has changed." in answer.content.decode()
    assert not Trial.objects.exists()


def test_while_one_is_tried_no_other_is_offered(admin_client: Client, candidate: ModelVersion) -> None:
    other = make_version(promoted=False)
    assert "Try out…" in shown(admin_client, other)
    candidate.start_trial("shadow", 0, by=None)
    assert "Try out…" not in shown(admin_client, other)
    answer = admin_client.post(page(other, "try_out/"), {"mode": "shadow"})
    assert "Version 2 is being tried; only one may be." in answer.content.decode()


def test_ending_a_trial_that_has_ended_says_so(admin_client: Client, candidate: ModelVersion) -> None:
    answer = admin_client.post(page(candidate, "end_trial/"), {"why": "late"}, follow=True)
    assert "Version 2 is not on trial any more." in answer.content.decode()


def test_the_version_on_trial_shows_how_the_two_compare(admin_client: Client, candidate: ModelVersion) -> None:
    candidate.start_trial("shadow", 0, by=None)
    assert "Nobody has drawn anything since." in shown(admin_client, candidate)
    cat = Sketch.of_strokes(strokes_of("cat"))
    drawing = recognize_and_store(cat, Contributor(), source=Drawing.Source.PAGE).drawing
    give_feedback(drawing, drawing.contributor, correct=True, label=None)

    text = shown(admin_client, candidate)

    assert "They agree on 100.0\xa0% of these drawings." in text
    assert "1 judged drawing, both on the same" in text
    assert "20.7–100.0\xa0%" in text
    assert "on trial" in admin_client.get(LIST).content.decode()


def test_a_version_that_was_promoted_from_its_trial_says_so(admin_client: Client, candidate: ModelVersion) -> None:
    candidate.start_trial("shadow", 0, by=None)
    admin_client.post(page(candidate, "promote/"), {"reason": "it does better"})
    assert "admin ended it: Version 2 was put in service." in shown(admin_client, candidate)


def test_a_version_that_only_answered_in_shadow_cannot_be_deleted(
    admin_client: Client, candidate: ModelVersion
) -> None:
    candidate.start_trial("shadow", 0, by=None)
    recognize_and_store(Sketch.of_strokes(strokes_of("cat")), Contributor(), source=Drawing.Source.PAGE)
    answer = admin_client.post(page(candidate, "delete/"), {"post": "yes"})
    assert answer.status_code in (200, 403)
    assert ModelVersion.objects.filter(pk=candidate.pk).exists()
    assert Prediction.with_unshown.count() == 2


@pytest.mark.parametrize("action", ["try_out/", "end_trial/"])
def test_those_who_may_only_look_neither_begin_nor_end_one(
    viewer_client: Client, candidate: ModelVersion, action: str
) -> None:
    if action == "end_trial/":
        candidate.start_trial("shadow", 0, by=None)
    count = Trial.objects.filter(ended_at=None).count()
    given = {"mode": "shadow", "why": "mine"}
    assert viewer_client.post(page(candidate, action), given).status_code == 403
    assert Trial.objects.filter(ended_at=None).count() == count
    assert "rial…" not in shown(viewer_client, candidate)
