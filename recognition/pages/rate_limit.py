"""Rate limits of the pages. A page answers 429 and says when to come back."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from recognition.accounts.identity import throttle_identity
from recognition.throttling.expensive import TooBusy, bounded
from recognition.throttling.rate_limit import seconds_to_wait

UNITS = (3600, "hour"), (60, "minute"), (1, "second")
View = Callable[..., HttpResponseBase]


def limited(scope: str, *, cost: int = 1) -> Callable[[View], View]:
    """Limit a view to the rates of `scope`, for each person and for each address.

    cost: as how many requests one counts; those that count more than once wait their turn, see throttling/expensive.py.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if wait := seconds_to_wait(scope, *throttle_identity(request), cost=cost):
                return too_many(request, wait)
            try:
                with bounded() if cost > 1 else nullcontext():
                    return view(request, *args, **kwargs)
            except TooBusy:
                return too_many(request, 1, "busy.html", status=503)

        guarded.limited_by = scope  # type: ignore[attr-defined]  # for the test that none is forgotten
        return guarded

    return decorate


def too_many(request: HttpRequest, wait: float, template: str = "too_many.html", status: int = 429) -> HttpResponse:
    """Say how long to wait."""
    seconds = max(1, math.ceil(wait))
    response = render(request, template, {"wait": _in_words(seconds)}, status=status)
    response.headers["Retry-After"] = str(seconds)
    return response


def _in_words(seconds: int) -> str:
    unit, name = next((unit, name) for unit, name in UNITS if seconds >= unit)
    count = math.ceil(seconds / unit)
    return f"{count} {name}{'' if count == 1 else 's'}"
