"""What the header of every page must know: whether the visitor has drawings."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.db import DatabaseError
from django.http import HttpRequest

from recognition.accounts.identity import contributor_of_cookie
from recognition.models import Drawing


def navigation(request: HttpRequest) -> dict[str, Callable[[], bool]]:
    """Add `has_drawings` to the context of templates; only those that ask for it pay for the query."""
    return {"has_drawings": lambda: _has_drawings(request)}


def _has_drawings(request: HttpRequest) -> bool:
    with suppress(DatabaseError):  # pages that need no database are shown without one
        if request.user.is_staff:
            return True  # or not: it spares the pages for reviewing a query
        if request.user.is_authenticated:
            return Drawing.objects.filter(contributor__user=request.user).exists()
        contributor = contributor_of_cookie(request)
        return contributor is not None and Drawing.objects.filter(contributor=contributor).exists()
    return False
