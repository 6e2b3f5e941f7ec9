from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from recognition.models import ModelVersion, Promotion
from tests.factories import make_drawing, make_prediction, make_version

pytestmark = pytest.mark.django_db

LIST = "/admin/recognition/modelversion/"


def page(version: ModelVersion, name: str = "change/") -> str:
    return f"{LIST}{version.pk}/{name}"


def measured(top1: float, **classes: float) -> dict[str, object]:
    """Return metrics as training.evaluation.metrics.measure makes them."""
    of_classes = {
        label: {"support": 100, "recall": recall, "precision": 0.9, "said": {label: 80, "dog": 20}}
        for label, recall in classes.items()
    }
    return {"base": {"count": 1000, "top1": top1, "top3": 0.99, "classes": of_classes}, "collected": {"count": 0}}


def test_promoting_puts_a_version_in_service_and_records_who_and_why(admin_client: Client, admin_user: User) -> None:
    make_version()
    version = make_version(promoted=False)
    answer = admin_client.post(page(version, "promote/"), {"reason": "better at cats"}, follow=True)
    assert ModelVersion.objects.current() == version
    promotion = Promotion.objects.first()
    assert promotion
    assert (promotion.by, promotion.reason) == (admin_user, "better at cats")
    assert "is in service now" in answer.content.decode()
    assert LogEntry.objects.get().change_message == "Put in service: better at cats"


def test_rolling_back_is_promoting_an_older_version(admin_client: Client) -> None:
    older = make_version()
    make_version()
    admin_client.post(page(older, "roll_back/"), {"reason": "the new one is worse"})
    assert ModelVersion.objects.current() == older


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_promotion_needs_a_reason_of_at_most_500_letters(admin_client: Client, reason: str) -> None:
    champion = make_version()
    version = make_version(promoted=False)
    answer = admin_client.post(page(version, "promote/"), {"reason": reason})
    assert answer.status_code == 200
    assert answer.context["form"].errors["reason"]
    assert ModelVersion.objects.current() == champion


def test_a_version_that_cannot_serve_is_refused_with_the_reason(admin_client: Client) -> None:
    champion = make_version()
    broken = make_version(promoted=False)
    ModelVersion.objects.filter(pk=broken.pk).update(artifact=b"damaged")
    answer = admin_client.post(page(broken, "promote/"), {"reason": "try"})
    assert "SHA-256 differs. Nothing has changed." in answer.content.decode()
    assert ModelVersion.objects.current() == champion


def test_opening_the_promotion_page_changes_nothing(admin_client: Client) -> None:
    champion = make_version()
    version = make_version(promoted=False)
    answer = admin_client.get(page(version, "promote/"))
    assert answer.status_code == 200
    assert ModelVersion.objects.current() == champion


def test_the_promotion_page_compares_with_the_version_in_service(admin_client: Client) -> None:
    champion, version = make_version(), make_version(promoted=False)
    ModelVersion.objects.filter(pk=champion.pk).update(metrics=measured(0.9))
    ModelVersion.objects.filter(pk=version.pk).update(metrics=measured(0.912))
    rows = admin_client.get(page(version, "promote/")).context["comparison"]
    assert ("Quick, Draw! test drawings: right", "91.2\xa0%", "90.0\xa0%") in rows


def test_the_version_in_service_offers_no_promotion(admin_client: Client) -> None:
    champion = make_version()
    assert page(champion, "promote/") not in admin_client.get(page(champion)).content.decode()
    admin_client.post(page(champion, "promote/"), {"reason": "again"})
    assert champion.promotions.count() == 1


def test_a_version_offers_promotion_and_one_that_served_offers_to_roll_back(admin_client: Client) -> None:
    older, _, newer = make_version(), make_version(), make_version(promoted=False)
    assert "Promote…" in admin_client.get(page(newer)).content.decode()
    assert "Roll back to this version…" in admin_client.get(page(older)).content.decode()


@pytest.mark.parametrize("action", ["promote/", "roll_back/"])
def test_those_who_may_only_look_cannot_promote(viewer_client: Client, action: str) -> None:
    champion, version = make_version(), make_version(promoted=False)
    assert viewer_client.post(page(version, action), {"reason": "mine"}).status_code == 403
    assert ModelVersion.objects.current() == champion
    assert "Promote…" not in viewer_client.get(page(version)).content.decode()


def test_the_list_shows_what_is_in_service_and_how_good_each_is(admin_client: Client) -> None:
    ModelVersion.objects.filter(pk=make_version().pk).update(metrics=measured(0.934))
    make_version(promoted=False)
    listed = admin_client.get(LIST).content.decode()
    assert listed.count("in service") == 1
    assert "never promoted" in listed
    assert "93.4\xa0%" in listed
    assert "11.1\xa0KB" in listed


def test_a_version_shows_each_class_the_weakest_first(admin_client: Client) -> None:
    version = make_version()
    ModelVersion.objects.filter(pk=version.pk).update(metrics=measured(0.9, cat=0.95, fish=0.7))
    answer = admin_client.get(page(version))
    (figures,) = answer.context["figures"]
    assert [one.label for one in figures.classes] == ["fish", "cat"]
    assert "70.0\xa0%" in answer.content.decode()
    assert "dog 20" in answer.content.decode()


def test_artifact_and_labels_can_be_downloaded(viewer_client: Client) -> None:
    version = make_version()
    artifact = viewer_client.get(page(version, "artifact.tflite"))
    assert artifact.content == bytes(version.artifact)
    assert "attachment" in artifact["Content-Disposition"]
    assert viewer_client.get(page(version, "labels.json")).json() == version.labels


def test_a_download_of_a_version_that_is_not_there_is_not_found(admin_client: Client) -> None:
    assert admin_client.get(f"{LIST}7/artifact.tflite").status_code == 404


@pytest.mark.parametrize("way", ["one", "many"])
def test_what_was_in_service_cannot_be_deleted(admin_client: Client, way: str) -> None:
    version = make_version()
    delete(admin_client, version, way)
    assert ModelVersion.objects.filter(pk=version.pk).exists()


@pytest.mark.parametrize("way", ["one", "many"])
def test_a_version_that_recognized_drawings_cannot_be_deleted(admin_client: Client, way: str) -> None:
    version = make_version(promoted=False)
    make_prediction(make_drawing(), version)
    delete(admin_client, version, way)
    assert ModelVersion.objects.filter(pk=version.pk).exists()


@pytest.mark.parametrize("way", ["one", "many"])
def test_a_version_that_never_served_can_be_deleted(admin_client: Client, way: str) -> None:
    version = make_version(promoted=False)
    delete(admin_client, version, way)
    assert not ModelVersion.objects.filter(pk=version.pk).exists()


def test_saving_the_page_changes_nothing(admin_client: Client) -> None:
    version = make_version(promoted=False)
    stale = ModelVersion.objects.get(pk=version.pk)
    admin_client.post(page(version), {"number": "9", "temperature": "5", "promoted_at_0": "2020-01-01"})
    version.refresh_from_db()
    assert (version.number, version.temperature, version.promoted_at) == (stale.number, stale.temperature, None)


def delete(client: Client, version: ModelVersion, way: str) -> None:
    if way == "one":
        client.post(page(version, "delete/"), {"post": "yes"})
    else:
        client.post(LIST, {"action": "delete_selected", "_selected_action": [version.pk], "post": "yes"})
