"""Login to the admin, with rate limits by address. django-axes also limits attempts per user."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase

from recognition.pages.rate_limit import too_many
from recognition.throttling.client_ip import client_address
from recognition.throttling.rate_limit import pseudonym, seconds_to_wait


def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Show and process the admin's login form, limited by address for all users together."""
    if request.method == "POST" and (wait := seconds_to_wait("logins", None, client_address(request))):
        return too_many(request, wait)
    for header in ("HTTP_USER_AGENT", "HTTP_ACCEPT"):  # django-axes would store them
        request.META.pop(header, None)
    response = admin.site.login(request)
    return _locked_out_response(request) if getattr(request, "axes_locked_out", False) else response


def pseudonymous_address(request: HttpRequest) -> str:
    """Return today's hash of the client's address, in the form of a private IPv6 address.

    django-axes stores it instead of the address.
    """
    return str(ipaddress.IPv6Address(b"\xfd" + pseudonym(client_address(request))[:15]))


def _locked_out_response(request: HttpRequest) -> HttpResponseBase:
    return too_many(request, settings.AXES_COOLOFF_TIME.total_seconds(), "locked_out.html")
