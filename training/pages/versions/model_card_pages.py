"""A version's model card, to read and to take along."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from recognition.pages.rate_limit import limited
from training.pages.versions.model_card import Card, card_of
from training.pages.versions.views import light


@require_safe
@limited("pages")
@gzip_page
def card(request: HttpRequest, number: int) -> HttpResponse:
    """Show the model card of a version."""
    return render(request, "models/card.html", {"card": _card(number)})


@require_safe
@limited("pages")
def markdown(request: HttpRequest, number: int) -> HttpResponse:
    """Send it as Markdown."""
    headers = {"Content-Disposition": f'attachment; filename="doodlesite-{number}.md"'}
    return HttpResponse(_card(number).markdown(), content_type="text/markdown; charset=utf-8", headers=headers)


def _card(number: int) -> Card:
    return card_of(get_object_or_404(light(), number=number))
