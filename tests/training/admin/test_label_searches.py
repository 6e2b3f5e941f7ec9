from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from training.models import LabelSearch

pytestmark = pytest.mark.django_db

LIST = "/admin/training/labelsearch/"
ASK = f"{LIST}ask/"


def test_asking_queues_a_search_and_goes_to_its_page(admin_client: Client, admin_user: User) -> None:
    assert "Look for label errors" in admin_client.get(LIST).content.decode()
    assert not LabelSearch.objects.exists()
    answer = admin_client.post(ASK, follow=True)
    search = LabelSearch.objects.get()
    assert answer.redirect_chain[-1][0] == f"{LIST}{search.pk}/change/"
    assert (search.status, search.requested_by) == ("queued", admin_user)
    assert "data-open" in answer.content.decode()


def test_looking_at_the_address_starts_nothing(admin_client: Client) -> None:
    assert "Nothing is left out before a reviewer has seen it." in admin_client.get(ASK).content.decode()
    assert not LabelSearch.objects.exists()


def test_a_second_one_leads_to_the_one_that_is_under_way(admin_client: Client) -> None:
    search = LabelSearch.objects.create(status="running", done=1_000, total=4_000)
    page = admin_client.post(ASK, follow=True).content.decode()
    assert f"Search {search.pk} is running; wait until it ends." in page
    assert "1,000 of about 4,000" in page


def test_the_panel_says_how_it_ended(admin_client: Client) -> None:
    search = LabelSearch.objects.create(status="succeeded", version=3, done=4_000, total=4_000, found=31, listed=30)
    panel = admin_client.get(f"{LIST}{search.pk}/live/").content.decode()
    for words in ("Succeeded", "by version 3", "31 of about 4,000", "Review the worst 30"):
        assert words in panel
    assert "data-open" not in panel


def test_a_viewer_sees_searches_and_starts_none(viewer_client: Client) -> None:
    search = LabelSearch.objects.create(status="failed", error="No model is in service.")
    assert "No model is in service." in viewer_client.get(f"{LIST}{search.pk}/live/").content.decode()
    assert viewer_client.post(ASK).status_code == 403
    assert not LabelSearch.objects.open().exists()
