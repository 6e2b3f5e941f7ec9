"""Who draws: the signed-in user, or the anonymous person that a signed cookie stands for."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponseBase

from recognition.models import Contributor
from recognition.throttling.client_ip import client_address
from recognition.throttling.rate_limit import seconds_to_wait

COOKIE = "contributor"
REMEMBERED = 365 * 24 * 60 * 60  # seconds


def contributor_of(request: HttpRequest) -> Contributor:
    """Return who draws: the signed-in user's contributor, the one of the cookie, or a new one.

    Those of cookies are not stored until the first thing of theirs is; see Contributor.ensure_stored.
    """
    if request.user.is_authenticated:
        return Contributor.objects.of_user(request.user)
    return contributor_of_cookie(request) or Contributor()


def contributor_of_cookie(request: HttpRequest) -> Contributor | None:
    """Return the contributor that the cookie stands for; None without a cookie or with a forged one."""
    if COOKIE not in request.COOKIES:
        return None
    try:
        return Contributor(pk=uuid.UUID(request.get_signed_cookie(COOKIE, max_age=REMEMBERED)))
    except (BadSignature, ValueError):
        return None


class TooManyNewContributors(Exception):
    """Too many asked for a cookie from one address."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"wait {wait} seconds")
        self.wait = wait


def welcome(request: HttpRequest) -> Contributor:
    """Return who draws, to be remembered by a cookie if they are new.

    Who could have as many cookies as they like would have as many votes and allowances. Raises TooManyNewContributors.
    """
    contributor = contributor_of(request)
    if contributor.user_id is None and contributor_of_cookie(request) is None:
        wait = seconds_to_wait("contributors", None, client_address(request))
        if wait:
            raise TooManyNewContributors(wait)
    return contributor


def remember(response: HttpResponseBase, contributor: Contributor) -> None:
    """Give the browser the cookie by which it is this contributor from now on; a user is known by the session."""
    if contributor.user_id is not None:
        return
    response.set_signed_cookie(
        COOKIE,
        str(contributor.pk),
        max_age=REMEMBERED,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
