"""Staff who may change users, but are no superusers, never get or grant a right that they lack."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db

PROFILE = {"is_active": "on", "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
PASSWORD = {"password1": "correct horse battery", "password2": "correct horse battery", "usable_password": "true"}
FOREIGN = ["a superuser", "a superuser without access", "an editor", "a member of a group", "an inactive editor"]
WITHIN = ["a user", "a member of the staff", "another clerk"]


@pytest.fixture
def clerk(client: Client) -> User:
    """Somebody on the staff who may do everything with users and groups; `client` is theirs."""
    clerk = make_user("clerk", staff=True)
    clerk.user_permissions.set(permissions("user", "group"))
    client.force_login(clerk)
    return clerk


def permissions(*models: str) -> list[Permission]:
    return list(Permission.objects.filter(Q(content_type__app_label="auth") & Q(content_type__model__in=models)))


def editing() -> Permission:
    return Permission.objects.get(codename="change_drawing")


def account(kind: str) -> User:
    user = make_user("sam", staff=kind not in ("a user", "a superuser without access"))
    if kind.startswith("a superuser"):
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    if kind.endswith(" editor"):
        user.user_permissions.add(editing())
    if kind.startswith("an inactive"):
        User.objects.filter(pk=user.pk).update(is_active=False)
    if kind == "a member of a group":
        group = Group.objects.create(name="reviewers")
        group.permissions.add(editing())
        user.groups.add(group)
    if kind == "another clerk":
        user.user_permissions.set(permissions("user"))
    return User.objects.get(pk=user.pk)


def page(name: str, *arguments: object) -> str:
    return reverse(f"admin:auth_{name}", args=arguments)


def change(client: Client, user: User, **fields: object) -> HttpResponse:
    return client.post(page("user_change", user.pk), {"username": user.username, **PROFILE, **fields})


def everything_asked_for() -> dict[str, object]:
    group = Group.objects.create(name="all")
    group.permissions.set(Permission.objects.all())
    every = [permission.pk for permission in Permission.objects.all()]
    return {"is_superuser": "on", "is_staff": "on", "groups": [group.pk], "user_permissions": every}


def rights(user: User) -> tuple[bool, set[str], int]:
    user = User.objects.get(pk=user.pk)
    return user.is_superuser, user.get_all_permissions(), user.groups.count()


def test_a_clerk_cannot_grant_themselves_anything(client: Client, clerk: User) -> None:
    before = rights(clerk)

    assert change(client, clerk, first_name="Clara", **everything_asked_for()).status_code == 302

    assert rights(clerk) == before
    assert User.objects.get(pk=clerk.pk).first_name == "Clara"


@pytest.mark.parametrize("kind", WITHIN)
def test_a_clerk_changes_people_with_no_more_rights_but_grants_them_none(
    client: Client, clerk: User, kind: str
) -> None:
    user = account(kind)
    before = rights(user)

    assert change(client, user, email="sam@example.org", **everything_asked_for()).status_code == 302
    assert client.post(page("user_password_change", user.pk), PASSWORD).status_code == 302

    assert rights(user) == before
    user.refresh_from_db()
    assert user.email == "sam@example.org"
    assert user.check_password(PASSWORD["password1"])


def test_the_page_shows_rights_and_lets_only_superusers_change_them(client: Client, clerk: User) -> None:
    user = account("a user")
    shown = client.get(page("user_change", user.pk)).content.decode()
    client.force_login(account_of_superuser())
    editable = client.get(page("user_change", user.pk)).content.decode()

    for field in ("is_superuser", "groups", "user_permissions"):
        assert f'name="{field}"' not in shown
        assert f'name="{field}"' in editable


def account_of_superuser() -> User:
    return User.objects.create_superuser("boss", password="secret")


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_clerk_changes_nobody_with_more_rights(client: Client, clerk: User, kind: str) -> None:
    user = account(kind)
    before = User.objects.filter(pk=user.pk).values().get()

    assert change(client, user, email="mine@example.org").status_code == 403
    assert client.get(page("user_password_change", user.pk)).status_code == 403
    assert client.post(page("user_password_change", user.pk), PASSWORD).status_code == 403
    assert client.post(page("user_delete", user.pk), {"post": "yes"}).status_code == 403

    assert User.objects.filter(pk=user.pk).values().get() == before


@pytest.mark.parametrize("kind", FOREIGN)
def test_the_page_of_somebody_with_more_rights_is_only_to_be_read(client: Client, clerk: User, kind: str) -> None:
    shown = client.get(page("user_change", account(kind).pk))

    assert shown.status_code == 200
    assert 'name="_save"' not in shown.content.decode()
    assert 'name="username"' not in shown.content.decode()


@pytest.mark.parametrize("kind", FOREIGN)
def test_deleting_many_deletes_none_with_more_rights(client: Client, clerk: User, kind: str) -> None:
    chosen = [account(kind).pk, make_user("tim").pk]
    action = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}

    assert client.post(page("user_changelist"), action).status_code == 403

    assert User.objects.filter(pk__in=chosen).count() == 2


def test_a_clerk_deletes_people_with_no_more_rights(client: Client, clerk: User) -> None:
    clerk.user_permissions.add(*Permission.objects.filter(codename="delete_contributor"))
    one, other = make_user("one"), make_user("other")

    client.post(page("user_delete", one.pk), {"post": "yes"})
    client.post(page("user_changelist"), {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"})

    assert not User.objects.filter(pk__in=[one.pk, other.pk]).exists()


def test_a_new_account_has_no_rights_whatever_is_sent(client: Client, clerk: User) -> None:
    assert 'name="username"' in client.get(page("user_add")).content.decode()
    sent = {"username": "new", **PASSWORD, **everything_asked_for()}

    assert client.post(page("user_add"), sent).status_code == 302

    assert rights(User.objects.get(username="new")) == (False, set(), 0)
    assert not User.objects.get(username="new").is_staff


def test_only_superusers_change_groups(client: Client, clerk: User) -> None:
    group = Group.objects.create(name="clerks")
    clerk.groups.add(group)
    granted = {"name": "clerks", "permissions": [editing().pk]}

    assert client.get(page("group_change", group.pk)).status_code == 200  # to look at
    assert client.post(page("group_change", group.pk), granted).status_code == 403
    assert client.post(page("group_add"), granted | {"name": "new"}).status_code == 403
    assert client.post(page("group_delete", group.pk), {"post": "yes"}).status_code == 403
    client.post(page("group_changelist"), {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"})

    assert [(group.name, group.permissions.count()) for group in Group.objects.all()] == [("clerks", 0)]


def test_superusers_grant_rights(client: Client) -> None:
    client.force_login(account_of_superuser())
    user = account("a user")

    assert change(client, user, **everything_asked_for()).status_code == 302

    assert rights(user)[0]
    assert rights(user)[2] == 1
