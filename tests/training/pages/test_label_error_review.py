from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from recognition.models import Contributor
from tests.factories import fail_on_gold, make_user
from tests.training.suspected import make_suspects
from training.models import Suspect
from training.pages import label_error_review as pages

pytestmark = pytest.mark.django_db

PAGE = "/review/base/"


def text(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def judge(client: Client, suspect: Suspect, verdict: str) -> str:
    said = {"suspect": suspect.pk, "verdict": verdict}
    return client.post("/review/base/judge/", said, follow=True).content.decode()


def decisions() -> list[str]:
    return list(Suspect.objects.order_by("pk").values_list("decision", flat=True))


def test_the_worst_is_asked_about_with_its_picture(admin_client: Client) -> None:
    make_suspects(2)
    page = text(admin_client)
    for words in ("Is this “cat”?", "house</b>, 98\xa0% sure", "2 waiting, 0 done today", "data:image/png;base64,"):
        assert words in page


def test_a_verdict_leads_to_the_next(admin_client: Client, admin_user: User) -> None:
    first, second = make_suspects(2)
    assert "1 waiting, 1 done today" in judge(admin_client, first, "exclude")
    assert "Everything is reviewed" in judge(admin_client, second, "keep")
    assert decisions() == ["excluded", "kept"]
    assert {one.decided_by for one in Suspect.objects.all()} == {admin_user}


def test_the_last_verdict_is_undone_and_asked_for_again(admin_client: Client) -> None:
    make_suspects(2)
    judge(admin_client, Suspect.objects.open()[1], "exclude")
    page = admin_client.post("/review/base/undo/").content.decode()
    assert "house</b>, 97\xa0% sure" in page
    assert "Undo" not in page
    assert decisions() == ["open", "open"]
    assert admin_client.post("/review/base/undo/").status_code == 302


def test_a_skipped_one_waits_for_somebody_else(admin_client: Client) -> None:
    [one] = make_suspects()
    assert "0 waiting, 0 done today, 1 skipped" in judge(admin_client, one, "skip")
    assert decisions() == ["open"]


def test_who_is_second_hears_that_it_is_settled(admin_client: Client) -> None:
    [one] = make_suspects()
    Suspect.objects.decide(one.pk, Suspect.Decision.KEPT, make_user("carl"))
    assert "Somebody else was faster" in judge(admin_client, one, "exclude")
    assert decisions() == ["kept"]


def test_undoing_after_somebody_else_has_judged_leaves_his_decision(admin_client: Client) -> None:
    [one] = make_suspects()
    judge(admin_client, one, "exclude")
    Suspect.objects.reopen(one.pk)
    Suspect.objects.decide(one.pk, Suspect.Decision.KEPT, make_user("carl"))
    page = admin_client.post("/review/base/undo/", follow=True).content.decode()
    assert "Somebody else has already taken that decision back" in page
    assert decisions() == ["kept"]


def test_one_that_a_new_search_has_dropped_meanwhile_is_passed_over(admin_client: Client) -> None:
    [one] = make_suspects()
    pk = one.pk
    one.delete()
    one.pk = pk
    assert "no longer suspected" in judge(admin_client, one, "exclude")


@pytest.mark.parametrize(
    "said", [{}, {"suspect": "x", "verdict": "keep"}, {"suspect": 10**30, "verdict": "keep"}, {"verdict": "skip"}]
)
def test_what_is_no_verdict_changes_nothing(admin_client: Client, said: dict[str, str]) -> None:
    make_suspects()
    answer = admin_client.post("/review/base/judge/", said)
    assert answer.status_code == 400
    assert "That drawing is not on the list" in answer.content.decode()
    assert decisions() == ["open"]


def test_what_is_left_out_is_listed_and_can_be_taken_back(admin_client: Client) -> None:
    [one] = make_suspects()
    judge(admin_client, one, "exclude")
    assert "No <b>cat</b>" in text(admin_client, "/review/base/excluded/")
    page = admin_client.post(f"/review/base/{one.pk}/take-back/", follow=True).content.decode()
    assert "Taken back" in page
    assert "Nothing is left out." in page
    assert decisions() == ["open"]


def test_a_long_list_has_pages(admin_client: Client, admin_user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE_SIZE", 2)
    for one in make_suspects(3):
        Suspect.objects.decide(one.pk, Suspect.Decision.EXCLUDED, admin_user)
    second = Suspect.objects.order_by("pk")[1].pk
    assert f"?before={second}" in text(admin_client, "/review/base/excluded/")
    assert text(admin_client, f"/review/base/excluded/?before={second}").count("No <b>cat</b>") == 1
    assert text(admin_client, "/review/base/excluded/?before=nonsense").count("No <b>cat</b>") == 2


@pytest.fixture
def rita() -> User:
    """Somebody who may label."""
    rita = make_user("rita", staff=True)
    rita.user_permissions.add(Permission.objects.get(codename="change_drawing"))
    return rita


def test_whom_we_do_not_trust_decides_nothing_here(client: Client, rita: User) -> None:
    fail_on_gold(Contributor.objects.of_user(rita))
    client.force_login(rita)
    [one] = make_suspects()
    assert "At the moment your answers need a second reviewer" in text(client)
    answer = client.post("/review/base/judge/", {"suspect": one.pk, "verdict": "exclude"})
    assert answer.status_code == 403
    assert decisions() == ["open"]


def test_who_has_lost_the_permission_meanwhile_decides_nothing(client: Client, rita: User) -> None:
    client.force_login(rita)
    [one] = make_suspects()
    text(client)
    rita.user_permissions.clear()
    for address in ("judge/", "undo/", f"{one.pk}/take-back/"):
        said = {"suspect": one.pk, "verdict": "exclude"}
        assert client.post(f"{PAGE}{address}", said).status_code == 403
    assert client.get(f"{PAGE}excluded/").status_code == 403
    assert decisions() == ["open"]


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert client.get(PAGE).status_code == 302


@pytest.mark.parametrize("address", [PAGE, "/review/base/excluded/"])
def test_it_takes_few_queries(
    client: Client, rita: User, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(rita)
    for one in make_suspects(6)[:3]:
        Suspect.objects.decide(one.pk, Suspect.Decision.EXCLUDED, rita)
    text(client, address)
    with django_assert_max_num_queries(8):
        text(client, address)
