from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from recognition.labeling.feedback import give_feedback
from recognition.models import Contributor, GoldAnswer
from tests.factories import fail_on_gold, make_class, make_drawing, make_user

pytestmark = pytest.mark.django_db

PAGE = "/review/people/"


@pytest.fixture
def rita() -> User:
    """Somebody who may label, and who has failed on six gold drawings."""
    rita = make_user("rita", staff=True)
    rita.user_permissions.add(Permission.objects.get(codename="change_drawing"))
    fail_on_gold(Contributor.objects.of_user(rita))
    return rita


def text(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_reviewers_are_listed_with_their_figures(admin_client: Client, rita: User) -> None:
    page = text(admin_client)
    assert "0 of 6" in page
    assert "&lt;\xa01\xa0% to 39\xa0%" in page
    assert "needs a second reviewer" in page


def test_a_reviewer_sees_his_own_figures_and_nobody_elses(client: Client, rita: User, admin_user: User) -> None:
    admin = Contributor.objects.of_user(admin_user)
    drawing = make_drawing()
    for one in (admin, Contributor.objects.of_user(rita)):
        give_feedback(drawing, one, correct=False, label=make_class("cat"), by_staff=True)
    client.force_login(rita)
    page = text(client)
    assert "0 of 6" in page
    assert "100.0\xa0% of 1" in page
    assert "At the moment your answers need a second reviewer" in page
    assert "Everybody" not in page
    assert "admin" not in page.partition("<main")[2]


def test_who_has_reviewed_nothing_is_told_so(admin_client: Client) -> None:
    assert "You have not reviewed anything yet." in text(admin_client)


def test_who_may_change_users_lets_a_reviewer_start_afresh(admin_client: Client, rita: User) -> None:
    address = f"/review/people/{rita.contributor.pk}/afresh/"
    assert "rita starts afresh." in admin_client.post(address, follow=True).content.decode()
    assert not GoldAnswer.objects.exists()
    assert admin_client.get(address).status_code == 405


def test_nobody_lets_himself_start_afresh(client: Client, rita: User) -> None:
    client.force_login(rita)
    assert client.post(f"/review/people/{rita.contributor.pk}/afresh/").status_code == 403
    assert GoldAnswer.objects.count() == 6


def test_it_takes_few_queries_however_many_reviewers_there_are(
    admin_client: Client, rita: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        fail_on_gold(Contributor.objects.of_user(make_user(f"reviewer {number}", staff=True)), times=2)
    text(admin_client)
    with django_assert_max_num_queries(8):
        text(admin_client)
