"""Rate limits of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from recognition.accounts.identity import throttle_identity
from recognition.throttling.rate_limit import seconds_to_wait

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it imports this module

READS = "reads"


class RateThrottle(BaseThrottle):
    """Limits writes by the rates of `view.throttle_scope`, and everything else by the far higher rates of "reads"."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        is_read = request.method in SAFE_METHODS
        scope = READS if is_read else getattr(view, "throttle_scope", READS)
        self._wait = seconds_to_wait(scope, *throttle_identity(request))
        return not self._wait

    def wait(self) -> float:
        return self._wait
