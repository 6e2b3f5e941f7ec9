"""Rate limits of the API, by what requests cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from math import ceil
from typing import TYPE_CHECKING, Any

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from recognition.accounts.identity import throttle_identity
from recognition.throttling.expensive import bounded
from recognition.throttling.rate_limit import add_cost, seconds_to_wait

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it imports this module

READS = "reads"
EXPENSIVE = 6  # times the cost of a guess about a few lines: more than 100 ms when ten such requests come at once

Method = Callable[..., Response]


class RateThrottle(BaseThrottle):
    """Limits writes by the rates of `view.throttle_scope`, and everything else by the far higher rates of "reads"."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        is_read = request.method in SAFE_METHODS
        scope = READS if is_read else getattr(view, "throttle_scope", READS)
        self._wait = seconds_to_wait(scope, *throttle_identity(request))
        return not self._wait

    def wait(self) -> float:
        return self._wait


def weighed(weigh: Callable[[Any], int], *, usual: int = 1) -> Callable[[Method], Method]:
    """Count a request as many times as its body costs, and keep it back while too many expensive ones are answered.

    weigh: returns the cost of an unchecked body. usual: the cost of a request that counts once.
    RateThrottle has let the request pass, and counted it once, before its body was read.
    Raises TooBusy.
    """

    def decorate(method: Method) -> Method:
        @wraps(method)
        def answer(view: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
            cost = weigh(request.data)
            if cost > usual:
                more = ceil(cost / usual) - 1
                add_cost(getattr(view, "throttle_scope", READS), *throttle_identity(request), more)
            with bounded() if cost >= EXPENSIVE else nullcontext():
                return method(view, request, *args, **kwargs)

        return answer

    return decorate
