"""Who performs the current operation: the user of a request, a Celery task, or the account that runs a command."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from celery import current_task
from django.http import HttpRequest
from django.urls import reverse

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


class Actor(NamedTuple):
    name: str  # empty for a visitor and for a task
    via: str  # "admin", "page", "visitor", a token, a task, or "command line"


@contextmanager
def acting_through(request: HttpRequest) -> Iterator[None]:
    """Attribute everything that is done in the body to the user of this request."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def current_actor() -> Actor:
    request = _request.get()
    if request:
        return Actor(request.user.get_username() if request.user.is_authenticated else "", _interface_of(request))
    if current_task:
        return Actor("", f"task {current_task.name}")
    return Actor(_account(), "command line")


def _interface_of(request: HttpRequest) -> str:
    # REST framework sets `auth`: the token of a program, which has a user; the contributor of a cookie, who has none.
    token = getattr(request, "auth", None)
    if token is not None and request.user.is_authenticated:
        return f"token {token.pk}: {token.name}" if token.name else f"token {token.pk}"
    if request.path_info.startswith(reverse("admin:index")):
        return "admin"
    return "page" if request.user.is_authenticated else "visitor"


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the system knows no name, as in some containers
        return ""
