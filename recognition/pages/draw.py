"""The page to draw on."""

from __future__ import annotations

import contextlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from recognition.accounts.identity import TooManyNewContributors, admit_contributor, set_contributor_cookie
from recognition.imaging.strokes import PEN_COLOURS, PEN_WIDTHS
from recognition.models import DoodleClass, Exhibit
from recognition.pages.rate_limit import limited

IDEA_COUNT = 3  # suggested words on the empty sheet
RECENT_COUNT = 8  # gallery drawings below the sheet
COLOURS = [(name, name.capitalize()) for name in PEN_COLOURS]
WIDTHS = [(name, f"{name.capitalize()} line") for name in PEN_WIDTHS]


@require_safe
@limited("reads")
@ensure_csrf_cookie
def draw_page(request: HttpRequest) -> HttpResponse:
    """Show the drawing page, and set the contributor cookie."""
    ideas = DoodleClass.objects.active().order_by("?").values_list("name", flat=True)[:IDEA_COUNT]
    # A visitor meets nothing here that no person has looked at; samples were approved when they were chosen.
    recent = list(Exhibit.objects.filter(approved=True).select_related("label")[:RECENT_COUNT])
    context = {
        "ideas": ideas,
        "colours": COLOURS,
        "widths": WIDTHS,
        "lately": recent,
        "has_samples": any(exhibit.is_sample for exhibit in recent),
        "is_moderated": settings.GALLERY_MODERATED,
    }
    response = render(request, "draw.html", context)
    if not request.user.is_authenticated:
        with contextlib.suppress(TooManyNewContributors):  # without a cookie, each drawing gets a new contributor
            set_contributor_cookie(response, admit_contributor(request))
    return response
