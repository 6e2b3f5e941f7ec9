"""The pages of a version's model card: HTML and Markdown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from recognition.pages.rate_limit import limited
from training.pages.versions.model_card import ModelCard, build_model_card
from training.pages.versions.views import without_large_fields


@require_safe
@limited("pages")
@gzip_page
def model_card(request: HttpRequest, number: int) -> HttpResponse:
    """Show the model card of a version."""
    return render(request, "models/card.html", {"card": _card(number)})


@require_safe
@limited("pages")
def model_card_markdown(request: HttpRequest, number: int) -> HttpResponse:
    """Return the model card of a version as Markdown."""
    headers = {"Content-Disposition": f'attachment; filename="doodlesite-{number}.md"'}
    return HttpResponse(_card(number).markdown(), content_type="text/markdown; charset=utf-8", headers=headers)


def _card(number: int) -> ModelCard:
    return build_model_card(get_object_or_404(without_large_fields(), number=number))
