"""Whom limits count: who asks, and from where."""

from __future__ import annotations

from django.http import HttpRequest

from recognition.accounts.contributors import contributor_of_cookie
from recognition.throttling.client_ip import client_address

Asker = tuple[str | None, str | None]  # a person and an address, as `limits.seconds_to_wait` wants them


def throttle_identity(request: HttpRequest) -> Asker:
    """Return who asks by a browser. Who is signed in answers with their name; their address does not matter."""
    if request.user.is_authenticated:
        return f"user:{request.user.pk}", None
    contributor = contributor_of_cookie(request)
    return f"contributor:{contributor.pk}" if contributor else None, client_address(request)
