from __future__ import annotations

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from recognition.models import Token
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_the_secret_of_a_token_is_stored_nowhere() -> None:
    secret = Token.objects.issue(make_user(), [Token.Scope.READ], name="bench")

    row = Token.objects.values().get()
    assert secret not in str(row)
    assert len(secret) >= 40


def test_a_token_is_found_by_its_secret() -> None:
    user = make_user()
    secret = Token.objects.issue(user, [Token.Scope.READ, Token.Scope.LABEL, Token.Scope.READ])

    token = Token.objects.active(secret)

    assert token is not None
    assert token.user == user
    assert token.scopes == ["label", "read"]


def test_another_secret_finds_nothing() -> None:
    Token.objects.issue(make_user(), [Token.Scope.READ])

    assert Token.objects.active("guess") is None


def test_a_revoked_token_is_not_active() -> None:
    secret = Token.objects.issue(make_user(), [Token.Scope.READ])
    Token.objects.update(revoked_at=timezone.now())

    assert Token.objects.active(secret) is None


def test_a_token_ends_when_it_was_meant_to() -> None:
    secret = Token.objects.issue(make_user(), [Token.Scope.READ], days=1)
    assert Token.objects.active(secret)

    Token.objects.update(expires_at=timezone.now())

    assert Token.objects.active(secret) is None
    assert Token.objects.get().state == Token.State.EXPIRED


def test_of_many_uses_at_once_one_is_written(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    Token.objects.issue(make_user(), [Token.Scope.READ])
    at_once = [Token.objects.get() for _ in range(3)]
    for token in at_once:
        token.record_use()

    assert Token.objects.get().last_used_at == at_once[0].last_used_at
    with django_assert_num_queries(0):
        at_once[0].record_use()


def test_a_token_of_somebody_who_may_not_sign_in_is_not_active() -> None:
    user = make_user()
    secret = Token.objects.issue(user, [Token.Scope.READ])
    user.is_active = False
    user.save()

    assert Token.objects.active(secret) is None
