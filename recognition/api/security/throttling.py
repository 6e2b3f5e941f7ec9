"""Limits of the API: of what changes or computes something, and, far more generous, of all the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from recognition.accounts.identity import Asker
from recognition.models import Contributor, Token
from recognition.throttling.client_ip import client_address
from recognition.throttling.rate_limit import seconds_to_wait

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it imports this module

READS = "reads"


class RateThrottle(BaseThrottle):
    """Limits what is done by the rates of `view.throttle_scope`, and whatever else is asked by those of reading."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        is_read = request.method in SAFE_METHODS
        scope = READS if is_read else getattr(view, "throttle_scope", READS)
        self._wait = seconds_to_wait(scope, *_asker(request))
        return not self._wait

    def wait(self) -> float:
        return self._wait


def _asker(request: Request) -> Asker:
    """Return who asks; a program answers for itself wherever it runs."""
    if isinstance(request.auth, Token):
        return f"token:{request.auth.pk}", None
    if request.user.is_authenticated:
        return f"user:{request.user.pk}", None
    known = f"contributor:{request.auth.pk}" if isinstance(request.auth, Contributor) else None
    return known, client_address(request._request)
