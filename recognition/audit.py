"""The audit log: who promoted, labelled, moderated, deleted, exported or imported what, and let whom do what.

It is ours, small as it is, because libraries such as django-auditlog log how rows change. An export is no change, what
UPDATE changes escapes them, and what they keep, a row's text and id and the address, is what must not be kept here.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING

from celery import current_task
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from recognition.models import AuditEntry, Drawing, Token

if TYPE_CHECKING:
    from django.contrib.auth.models import Group, Permission, User
    from django.db.models import Manager

Action = AuditEntry.Action

LONGEST = {field.name: field.max_length for field in AuditEntry._meta.fields}

_asking: ContextVar[HttpRequest | None] = ContextVar("asking", default=None)


def audit_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: what is recorded while a request is answered was done by whoever asked."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        mark = _asking.set(request)
        try:
            return get_response(request)
        finally:
            _asking.reset(mark)

    return answer


def record(
    action: Action, about: object, detail: str = "", *, drawing: Drawing | None = None, by: User | None = None
) -> None:
    """Write down what is being done, in the transaction that does it: no strokes, no addresses, no ids of people.

    drawing: what it is done to, if it is one. by: who answers for it, if not whoever asks or runs the command.
    """
    actor, via = _who()
    name = by.get_username() if by else actor
    texts = {"actor": name, "via": via, "about": str(about), "detail": detail}
    AuditEntry.objects.create(action=action, drawing=drawing, **{field: _fit(field, texts[field]) for field in texts})


def rights_of(user: User) -> str:
    """Say what somebody may do, for the log."""
    names = [
        name
        for name, holds in (("active", user.is_active), ("staff", user.is_staff), ("superuser", user.is_superuser))
        if holds
    ]
    groups = [f"group {group}" for group in user.groups.order_by("name")]
    return ", ".join([*names, *groups, *_codes(user.user_permissions)]) or "nothing"


def rights_of_group(group: Group) -> str:
    return ", ".join(_codes(group.permissions)) or "nothing"


def _codes(permissions: Manager[Permission]) -> list[str]:
    pairs = permissions.order_by("content_type__app_label", "codename").values_list(
        "content_type__app_label", "codename"
    )
    return [f"{app}.{code}" for app, code in pairs]


def _who() -> tuple[str, str]:
    """Return the name of whoever acts, and by which way they do."""
    request = _asking.get()
    if request:
        return _name_of(request), _way_of(request)
    if current_task:
        return "", f"task {current_task.name}"
    return _account(), "command line"


def _name_of(request: HttpRequest) -> str:
    return request.user.get_username() if request.user.is_authenticated else ""


def _way_of(request: HttpRequest) -> str:
    token = getattr(request, "auth", None)  # which REST framework leaves on the request
    if isinstance(token, Token):
        return f"token {token.pk}: {token.name}" if token.name else f"token {token.pk}"
    if request.path_info.startswith(reverse("admin:index")):
        return "admin"
    return "page" if request.user.is_authenticated else "visitor"


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the system knows no name, as in some containers
        return ""


def _fit(field: str, text: str) -> str:
    return text[: LONGEST[field]]
