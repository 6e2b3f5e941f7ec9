"""Authenticates a program by its token, a signed-in user by the session, others by the contributor cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from recognition.accounts.identity import contributor_of_cookie
from recognition.models import Contributor, Token
from recognition.throttling.client_ip import client_address
from recognition.throttling.rate_limit import seconds_to_wait

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class TokenAuthentication(authentication.TokenAuthentication):
    """Authenticates by the header `Authorization: Token <secret>`."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """Return the token's user and the token. Raises Throttled for many invalid tokens from one address."""
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            if wait := seconds_to_wait("tokens", None, client_address(request)):
                raise Throttled(wait) from None
            raise

    def authenticate_credentials(self, key: str) -> tuple[User, Token]:
        token = Token.objects.active(key)
        if token is None:
            raise AuthenticationFailed("This token does not exist, was revoked, or its user may not sign in.")
        token.record_use()
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401 response, in the scheme that the client uses."""
        scheme = request.headers.get("Authorization", "").partition(" ")[0].lower()
        return 'Bearer error="invalid_token"' if scheme == "bearer" else "Token"


class BearerAuthentication(TokenAuthentication):
    """Authenticates by the same secret in the header `Authorization: Bearer <secret>`, as RFC 6750 has it."""

    keyword = "Bearer"


class ContributorAuthentication(authentication.SessionAuthentication):
    """Authenticates by the signed cookie that the site's pages set.

    As with a session, unsafe requests also need the CSRF token.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Contributor] | None:
        contributor = contributor_of_cookie(request)
        if contributor is None:
            return None
        self.enforce_csrf(request)
        return AnonymousUser(), contributor


def is_by_browser(request: Request) -> bool:
    """Return whether the request comes from a page of this site, not from a program."""
    return isinstance(request.successful_authenticator, authentication.SessionAuthentication)
