"""The page that asks before an admin action that cannot be undone, or costs much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def confirmation_page(
    admin: ModelAdmin[Any],
    request: HttpRequest,
    question: str,
    *,
    button: str,
    back: str,
    notes: Sequence[str] = (),
    is_destructive: bool = True,
) -> HttpResponse:
    """Ask a question; its button sends a POST to the same address. back: the address of the link that does nothing."""
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": question,
        "button": button,
        "back": back,
        "notes": notes,
        "is_destructive": is_destructive,
    }
    return TemplateResponse(request, "admin/confirmation.html", context)
