from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from recognition.models import Token
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/recognition/token/"


def issue(client: Client, user: User, *scopes: str) -> Any:
    return client.post(f"{LIST}add/", {"name": "robot arm", "user": user.pk, "scopes": scopes})


def test_a_new_tokens_secret_is_shown_once(admin_client: Client, admin_user: User) -> None:
    answer = issue(admin_client, admin_user, "read", "label")
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    token = Token.objects.active(secret)
    assert token
    assert (token.name, token.scopes) == ("robot arm", ["label", "read"])
    for page in (LIST, f"{LIST}{token.pk}/change/"):
        shown = admin_client.get(page).content.decode()
        assert secret not in shown
        assert token.digest not in shown


def test_a_token_may_be_issued_for_some_days(admin_client: Client, admin_user: User) -> None:
    admin_client.post(f"{LIST}add/", {"name": "", "user": admin_user.pk, "scopes": ["read"], "days": "7"})
    token = Token.objects.get()
    assert token.expires_at
    assert (token.expires_at - token.created_at).days in (6, 7)
    Token.objects.update(expires_at=token.created_at)
    for state, there in (("expired", True), ("active", False), ("revoked", False)):
        assert (f"{LIST}{token.pk}/" in admin_client.get(LIST, {"state": state}).content.decode()) == there


@pytest.mark.parametrize("days", ["0", "-1", "9999", "soon"])
def test_a_number_of_days_that_makes_no_sense_is_refused(admin_client: Client, admin_user: User, days: str) -> None:
    answer = admin_client.post(f"{LIST}add/", {"name": "", "user": admin_user.pk, "scopes": ["read"], "days": days})
    assert answer.context["errors"]
    assert not Token.objects.exists()


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_a_token_needs_known_scopes(admin_client: Client, admin_user: User, scopes: list[str]) -> None:
    assert issue(admin_client, admin_user, *scopes).context["errors"]
    assert not Token.objects.exists()


def test_a_revoked_token_no_longer_works(admin_client: Client, admin_user: User) -> None:
    secret = Token.objects.issue(admin_user, ["read"])
    token = Token.objects.get()
    admin_client.post(LIST, {"action": "revoke", "_selected_action": [token.pk]})
    assert Token.objects.active(secret) is None


def test_revoking_again_keeps_the_first_time(admin_client: Client, admin_user: User) -> None:
    Token.objects.issue(admin_user, ["read"])
    for _ in range(2):
        admin_client.post(LIST, {"action": "revoke", "_selected_action": [Token.objects.get().pk]})
        first = Token.objects.get().revoked_at
    assert Token.objects.get().revoked_at == first


def test_a_token_cannot_be_edited(admin_client: Client, admin_user: User) -> None:
    Token.objects.issue(admin_user, ["read"])
    before = Token.objects.values().get()
    admin_client.post(f"{LIST}{before['id']}/change/", {"name": "x", "scopes": ["train"], "digest": "0" * 64})
    assert Token.objects.values().get() == before


def test_only_superusers_issue_tokens_for_others(client: Client, admin_user: User) -> None:
    clerk = make_user("clerk", staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="add_token"))
    client.force_login(clerk)
    assert issue(client, admin_user, "train").context["errors"]
    assert not Token.objects.exists()
    issue(client, clerk, "read")
    assert Token.objects.get().user == clerk
