"""Who is asking: a program by its token, a signed-in person by the session, anybody else by the contributor cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from recognition.accounts.contributors import contributor_of_cookie
from recognition.models import Contributor, Token

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class TokenAuthentication(authentication.TokenAuthentication):
    """`Authorization: Token <secret>`"""

    def authenticate_credentials(self, key: str) -> tuple[User, Token]:
        token = Token.objects.active(key)
        if token is None:
            raise AuthenticationFailed("This token does not exist, was revoked, or its user may not sign in.")
        token.record_use()
        return token.user, token


class ContributorAuthentication(authentication.SessionAuthentication):
    """The signed cookie that the site's pages set; as with a session, unsafe requests need the CSRF token too."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Contributor] | None:
        contributor = contributor_of_cookie(request._request)
        if contributor is None:
            return None
        self.enforce_csrf(request)
        return AnonymousUser(), contributor


def contributor_of(request: Request) -> Contributor:
    """Return who draws or judges; whoever shows neither token nor cookie is a new contributor each time."""
    if request.user.is_authenticated:
        return Contributor.objects.of_user(request.user)
    return request.auth if isinstance(request.auth, Contributor) else Contributor()


def guesser_of(request: Request) -> Contributor:
    """Return who only wants to know what a drawing is; of a user nothing is looked up or stored."""
    if request.user.is_authenticated:
        return Contributor(user_id=request.user.pk)
    return contributor_of(request)


def is_by_browser(request: Request) -> bool:
    """Tell whether a page of this site asks, not a program."""
    return isinstance(request.successful_authenticator, authentication.SessionAuthentication)
