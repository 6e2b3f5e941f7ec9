"""Who asks: a program by its token, a signed-in user by the session, anybody else by the signed contributor cookie.

Pages and the API decide it here. REST framework leaves what it authenticated as `request.auth`: a Token, a Contributor
or None. Django's own requests have no `auth`.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponseBase

from recognition.models import Contributor, Token
from recognition.throttling.client_ip import client_address
from recognition.throttling.rate_limit import seconds_to_wait

COOKIE = "contributor"
COOKIE_SECONDS = 365 * 24 * 60 * 60


ThrottleIdentity = tuple[str | None, str | None]  # a person or program, and an address; see rate_limit.seconds_to_wait


def contributor_of(request: HttpRequest) -> Contributor:
    """Return the contributor of the signed-in user or of the cookie, or else a new one.

    Anonymous contributors are stored with the first record that refers to them; see Contributor.ensure_stored.
    """
    if request.user.is_authenticated:
        return Contributor.objects.of_user(request.user)
    return _known_contributor(request) or Contributor()


def guesser_of(request: HttpRequest) -> Contributor:
    """Return a contributor for a request that stores nothing; of a user nothing is looked up."""
    if request.user.is_authenticated:
        return Contributor(user_id=request.user.pk)
    return contributor_of(request)


def throttle_identity(request: HttpRequest) -> ThrottleIdentity:
    """Return whose rate limits a request counts against: a token, a user, or a cookie together with its address."""
    token = getattr(request, "auth", None)
    if isinstance(token, Token):
        return f"token:{token.pk}", None
    if request.user.is_authenticated:
        return f"user:{request.user.pk}", None
    contributor = _known_contributor(request)
    return f"contributor:{contributor.pk}" if contributor else None, client_address(request)


def _known_contributor(request: HttpRequest) -> Contributor | None:
    authenticated = getattr(request, "auth", None)
    return authenticated if isinstance(authenticated, Contributor) else contributor_of_cookie(request)


def contributor_of_cookie(request: HttpRequest) -> Contributor | None:
    """Return the contributor in the cookie; None without a cookie, or with a forged or expired one."""
    if COOKIE not in request.COOKIES:
        return None
    try:
        return Contributor(pk=uuid.UUID(request.get_signed_cookie(COOKIE, max_age=COOKIE_SECONDS)))
    except (BadSignature, ValueError):
        return None


class TooManyNewContributors(Exception):
    """Too many new contributors came from one address."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"wait {wait} seconds")
        self.wait = wait


def admit_contributor(request: HttpRequest) -> Contributor:
    """Return the contributor of a request, and count it if it is new.

    New contributors are limited, because each one has a vote and a rate limit. Raises TooManyNewContributors.
    """
    contributor = contributor_of(request)
    if contributor.user_id is None and contributor_of_cookie(request) is None:
        wait = seconds_to_wait("contributors", None, client_address(request))
        if wait:
            raise TooManyNewContributors(wait)
    return contributor


def set_contributor_cookie(response: HttpResponseBase, contributor: Contributor) -> None:
    """Set the cookie that identifies an anonymous contributor; users are identified by their session."""
    if contributor.user_id is not None:
        return
    response.set_signed_cookie(
        COOKIE,
        str(contributor.pk),
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
