"""What people see in a browser."""

from __future__ import annotations

import contextlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from recognition.accounts.contributors import TooManyNewContributors, admit_contributor, set_contributor_cookie
from recognition.models import DoodleClass, Exhibit
from recognition.pages.rate_limit import limited

IDEAS = 3  # words on the empty sheet
LATELY = 8  # drawings below it
COLOURS = [
    ("ink", "Ink"),
    ("blue", "Blue"),
    ("red", "Red"),
    ("orange", "Orange"),
    ("green", "Green"),
    ("violet", "Violet"),
]
WIDTHS = [("thin", "Thin line"), ("medium", "Medium line"), ("thick", "Thick line")]


@require_safe
@limited("reads")
@ensure_csrf_cookie
def draw(request: HttpRequest) -> HttpResponse:
    """Show the sheet to draw on."""
    ideas = DoodleClass.objects.active().order_by("?").values_list("name", flat=True)[:IDEAS]
    lately = Exhibit.objects.select_related("label")[:LATELY]
    context = {"ideas": ideas, "colours": COLOURS, "widths": WIDTHS, "lately": lately}
    response = render(request, "draw.html", context)
    if not request.user.is_authenticated:
        with contextlib.suppress(TooManyNewContributors):  # they draw as nobody in particular
            set_contributor_cookie(response, admit_contributor(request))
    return response
