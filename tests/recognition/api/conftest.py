from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from recognition.accounts.identity import COOKIE, set_contributor_cookie
from recognition.models import Contributor, ModelVersion, Token
from tests.factories import make_admin, make_user, make_version


@pytest.fixture
def api(db: None) -> APIClient:
    """A program that shows neither token nor cookie."""
    return APIClient()


@pytest.fixture
def contributor() -> Contributor:
    """Somebody who opened a page and has drawn nothing yet: not stored."""
    return Contributor()


@pytest.fixture
def browser(api: APIClient, contributor: Contributor) -> APIClient:
    """The browser of `contributor`."""
    return with_cookie(APIClient(), contributor)


@pytest.fixture
def staff(db: None) -> APIClient:
    """The browser of somebody on the staff who may do everything, signed in."""
    client = APIClient()
    client.force_login(make_admin("admin"))
    return client


@pytest.fixture
def program(db: None) -> Callable[..., APIClient]:
    """A program with a token of these scopes, as in `program("read", staff=True)`."""

    def make(*scopes: str, staff: bool = False, username: str = "robot") -> APIClient:
        secret = Token.objects.issue(
            make_admin(username) if staff else make_user(username), [Token.Scope(scope) for scope in scopes]
        )
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
        return client

    return make


@pytest.fixture
def version(db: None) -> ModelVersion:
    """The tiny network, in service."""
    return make_version()


def with_cookie(client: APIClient, contributor: Contributor) -> APIClient:
    response = HttpResponse()
    set_contributor_cookie(response, contributor)
    client.cookies[COOKIE] = response.cookies[COOKIE].value
    return client
