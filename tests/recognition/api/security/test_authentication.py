from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from recognition.accounts.identity import COOKIE
from recognition.models import Contributor, Drawing, Token
from tests.factories import make_user, strokes_of
from tests.recognition.api.conftest import with_cookie

DRAWINGS = "/api/v1/drawings/"
CAT = {"strokes": strokes_of("cat")}
CSRF_SECRET = "s" * 32


def client_with(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


@pytest.fixture
def token(db: None) -> tuple[str, Token]:
    secret = Token.objects.issue(make_user(), [Token.Scope.READ])
    return secret, Token.objects.get()


def test_a_contributors_cookie_needs_the_csrf_token(db: None, contributor: Contributor) -> None:
    browser = with_cookie(APIClient(enforce_csrf_checks=True), contributor)

    response = browser.post(DRAWINGS, CAT)

    assert response.status_code == 403
    assert "CSRF" in response.json()["detail"]
    assert not Drawing.objects.exists()


def test_a_contributors_cookie_with_the_csrf_token_is_let_in(db: None, contributor: Contributor) -> None:
    browser = with_cookie(APIClient(enforce_csrf_checks=True), contributor)
    browser.cookies["csrftoken"] = CSRF_SECRET

    response = browser.post(DRAWINGS, CAT, headers={"X-CSRFToken": CSRF_SECRET})

    assert response.status_code == 201
    assert Drawing.objects.get().contributor == contributor


def test_a_session_needs_the_csrf_token(db: None) -> None:
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(make_user(staff=True))

    assert browser.post("/api/v1/classes/", {"name": "robot"}).status_code == 403


def test_reading_needs_no_csrf_token(db: None, contributor: Contributor) -> None:
    assert with_cookie(APIClient(enforce_csrf_checks=True), contributor).get(DRAWINGS).status_code == 200


def test_without_cookie_and_token_nothing_needs_a_csrf_token(db: None) -> None:
    assert APIClient(enforce_csrf_checks=True).post(DRAWINGS, CAT).status_code == 201


@pytest.mark.parametrize("forge", [lambda cookie: cookie + "x", lambda cookie: cookie.split(":")[0], lambda _: "x"])
def test_a_forged_cookie_counts_as_none(db: None, contributor: Contributor, forge: Any) -> None:
    browser = with_cookie(APIClient(enforce_csrf_checks=True), contributor)
    browser.cookies[COOKIE] = forge(browser.cookies[COOKIE].value)

    assert browser.post(DRAWINGS, CAT).status_code == 201
    assert Drawing.objects.get().contributor != contributor


def test_whoever_is_signed_in_draws_as_that_user(db: None, contributor: Contributor) -> None:
    browser = with_cookie(APIClient(), contributor)
    browser.force_login(make_user())

    browser.post(DRAWINGS, CAT)

    drawing = Drawing.objects.get()
    assert drawing.contributor.user == User.objects.get()
    assert drawing.source == Drawing.Source.PAGE


@pytest.mark.parametrize("header", ["Token", "Token wrong", "Token a b", "Token \xff"])
def test_a_bad_token_is_refused(db: None, header: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)

    response = client.get(DRAWINGS)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_token_may_be_sent_as_bearer(db: None, scheme: str) -> None:
    client = APIClient()
    secret = Token.objects.issue(make_user(), [Token.Scope.RECOGNIZE])
    client.credentials(HTTP_AUTHORIZATION=f"{scheme} {secret}")

    assert client.post(DRAWINGS, CAT).status_code == 201
    assert Drawing.objects.get().contributor.user == User.objects.get()


@pytest.mark.parametrize("header", ["Bearer", "Bearer wrong", "bearer a b"])
def test_a_bad_bearer_token_is_refused(db: None, header: str) -> None:
    response = APIClient().get(DRAWINGS, headers={"Authorization": header})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_revoked_token_is_refused(token: tuple[str, Token]) -> None:
    secret, row = token
    row.revoked_at = timezone.now()
    row.save()

    assert client_with(secret).get(DRAWINGS).status_code == 401


def test_a_token_of_somebody_who_may_not_sign_in_is_refused(token: tuple[str, Token]) -> None:
    User.objects.update(is_active=False)

    assert client_with(token[0]).get(DRAWINGS).status_code == 401


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("read", (200, 403, 403)), ("recognize", (403, 201, 200)), ("label", (403, 403, 403)), ("train", (403, 403, 403))],
)
def test_a_token_may_do_what_its_scopes_say(db: None, version: Any, scope: str, expected: tuple[int, ...]) -> None:
    client = client_with(Token.objects.issue(make_user(), [Token.Scope(scope)]))

    statuses = (
        client.get(DRAWINGS).status_code,
        client.post(DRAWINGS, CAT).status_code,
        client.post("/api/v1/guesses/", {"drawings": [CAT]}).status_code,
    )

    assert statuses == expected


def test_a_missing_scope_is_named(token: tuple[str, Token]) -> None:
    response = client_with(token[0]).post(DRAWINGS, CAT)

    assert response.json() == {"detail": "This token lacks the scope “recognize”."}


def test_the_last_use_of_a_token_is_noted_once_a_minute(token: tuple[str, Token]) -> None:
    secret, row = token
    client_with(secret).get(DRAWINGS)
    row.refresh_from_db()
    first = row.last_used_at
    assert first is not None

    client_with(secret).get(DRAWINGS)
    row.refresh_from_db()
    assert row.last_used_at == first

    Token.objects.update(last_used_at=first - timedelta(minutes=1))
    client_with(secret).get(DRAWINGS)
    row.refresh_from_db()
    assert row.last_used_at is not None
    assert row.last_used_at > first
