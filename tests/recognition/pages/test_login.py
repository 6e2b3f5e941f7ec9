from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from recognition.models import AuditEntry
from recognition.throttling import rate_limit
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def counter(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    monkeypatch.setattr(rate_limit, "_counter", rate_limit.RateLimiter())


def attempt(password: str, username: str = "admin", **where: str) -> Any:
    return Client().post(LOGIN, {"username": username, "password": password}, **where)


def test_who_knows_the_password_gets_in(admin_user: User) -> None:
    assert attempt("password").status_code == 302


def test_who_guesses_is_locked_out_even_with_the_right_password(admin_user: User) -> None:
    statuses = [attempt(f"guess {number}").status_code for number in range(5)]
    answer = attempt("password")

    assert statuses == [200] * 4 + [429]
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 15 * 60
    assert "For 15 minutes, nobody can sign in" in answer.content.decode()


def test_others_are_not_locked_out_with_them(admin_user: User) -> None:
    make_user("vera", staff=True)
    for _ in range(6):
        attempt("guess")

    assert attempt("password", REMOTE_ADDR="192.0.2.9").status_code == 302
    assert attempt("secret", "vera").status_code == 302


def test_another_browser_or_spelling_of_the_header_is_no_way_around(admin_user: User) -> None:
    statuses = [
        attempt("guess", HTTP_USER_AGENT=f"browser {number}", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}").status_code
        for number in range(6)
    ]

    assert statuses[-2:] == [429, 429]


def test_behind_a_proxy_each_client_counts_for_itself(admin_user: User, settings: Settings) -> None:
    settings.PROXIES = 1
    for _ in range(6):
        attempt("guess", HTTP_X_FORWARDED_FOR="192.0.2.1")

    assert attempt("password", HTTP_X_FORWARDED_FOR="192.0.2.1").status_code == 429
    assert attempt("password", HTTP_X_FORWARDED_FOR="192.0.2.2").status_code == 302


def test_the_lock_opens_by_itself(admin_user: User) -> None:
    for _ in range(5):
        attempt("guess")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

    assert attempt("password").status_code == 302


def test_signing_in_forgets_earlier_failures(admin_user: User) -> None:
    for _ in range(3):
        for _ in range(4):
            attempt("guess")
        assert attempt("password").status_code == 302


def test_many_names_from_one_address_are_too_many(settings: Settings) -> None:
    settings.ADDRESS_RATES = {"logins": (3, 3600)}
    statuses = [attempt("guess", f"user {number}").status_code for number in range(4)]

    assert statuses == [200, 200, 200, 429]
    assert Client().get(LOGIN).status_code == 200


def test_neither_address_nor_browser_nor_password_is_stored(admin_user: User) -> None:
    attempt("my guess", REMOTE_ADDR="192.0.2.77", HTTP_USER_AGENT="Firefox")
    stored = str(AccessAttempt.objects.values().get())

    assert not [fact for fact in ("192.0.2.77", "Firefox", "my guess") if fact in stored]
    assert AccessAttempt.objects.get().ip_address.startswith("fd")
    assert not AccessLog.objects.exists()


def test_another_administrator_unlocks_it(admin_client: Client) -> None:
    for _ in range(5):
        attempt("guess")
    row = AccessAttempt.objects.get()
    assert "admin" in admin_client.get("/admin/axes/accessattempt/").content.decode()
    admin_client.post(f"/admin/axes/accessattempt/{row.pk}/delete/", {"post": "yes"})

    assert attempt("password").status_code == 302
    entry = AuditEntry.objects.get(action=AuditEntry.Action.DELETED)
    assert (entry.actor, entry.about) == ("admin", "access attempt of admin")


def test_the_audit_log_of_an_unlocking_keeps_no_name_that_is_no_account(admin_client: Client) -> None:
    Client().post(LOGIN, {"username": "hunter2", "password": "guess"})
    row = AccessAttempt.objects.get()
    admin_client.post(f"/admin/axes/accessattempt/{row.pk}/delete/", {"post": "yes"})

    entry = AuditEntry.objects.get(action=AuditEntry.Action.DELETED)
    assert entry.about == "access attempt of a name without an account"


def test_who_may_only_look_unlocks_nothing(client: Client, admin_user: User) -> None:
    attempt("guess")
    viewer = make_user("vera", staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_accessattempt"))
    client.force_login(viewer)

    assert client.post(f"/admin/axes/accessattempt/{AccessAttempt.objects.get().pk}/delete/").status_code == 403


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012", "administrator-admin"[:13]])
def test_a_password_that_is_easily_guessed_is_not_taken(admin_client: Client, password: str) -> None:
    answer = admin_client.post(
        "/admin/password_change/",
        {"old_password": "password", "new_password1": password, "new_password2": password},
    )

    assert answer.status_code == 200
    assert answer.context["form"].errors
