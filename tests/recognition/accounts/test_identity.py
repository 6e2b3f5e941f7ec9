from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from recognition.accounts.identity import COOKIE, contributor_of, contributor_of_cookie, set_contributor_cookie
from recognition.models import Contributor
from tests.factories import make_user

Visit = Callable[..., HttpRequest]


@pytest.fixture
def visit(rf: RequestFactory) -> Visit:
    """A request to a page, with this cookie and by this user."""

    def make(cookie: str | None = None, user: User | None = None) -> HttpRequest:
        request = rf.get("/")
        request.user = user or AnonymousUser()
        if cookie is not None:
            request.COOKIES[COOKIE] = cookie
        return request

    return make


def cookie_of(contributor: Contributor) -> str:
    response = HttpResponse()
    set_contributor_cookie(response, contributor)
    return response.cookies[COOKIE].value


def test_somebody_new_is_a_new_contributor_that_is_not_stored(visit: Visit, db: None) -> None:
    assert contributor_of(visit()) != contributor_of(visit())
    assert not Contributor.objects.exists()


def test_a_remembered_contributor_is_known_again(visit: Visit) -> None:
    contributor = Contributor()

    assert contributor_of(visit(cookie_of(contributor))) == contributor


def test_a_signed_in_user_is_their_own_contributor_whatever_the_cookie(visit: Visit, db: None) -> None:
    user = make_user()

    contributor = contributor_of(visit(cookie_of(Contributor()), user))

    assert contributor == Contributor.objects.get()
    assert contributor.user == user


@pytest.mark.parametrize(
    "forge", [lambda cookie: cookie[:-1], lambda cookie: "0" + cookie, lambda _: "", lambda _: "a:b"]
)
def test_a_forged_cookie_is_nobodys(visit: Visit, forge: Callable[[str], str]) -> None:
    assert contributor_of_cookie(visit(forge(cookie_of(Contributor())))) is None


def test_a_cookie_signed_with_another_key_is_nobodys(visit: Visit, settings: Settings) -> None:
    cookie = cookie_of(Contributor())
    settings.SECRET_KEY = "another"

    assert contributor_of_cookie(visit(cookie)) is None


def test_a_well_signed_cookie_of_something_else_is_nobodys(visit: Visit) -> None:
    response = HttpResponse()
    response.set_signed_cookie(COOKIE, "no id")

    assert contributor_of_cookie(visit(response.cookies[COOKIE].value)) is None


def test_scripts_cannot_read_the_cookie_and_other_sites_cannot_send_it(settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    response = HttpResponse()

    set_contributor_cookie(response, Contributor())

    cookie = response.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
    assert cookie["max-age"] > 300 * 24 * 3600
