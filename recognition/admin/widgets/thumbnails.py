"""Drawings as inline images, so that a list of fifty needs no further requests."""

from __future__ import annotations

from base64 import b64encode

from django.utils.html import format_html
from django.utils.safestring import SafeString

from recognition.imaging.rendering import bitmap_to_png
from recognition.models import Drawing


def thumbnail(drawing: Drawing) -> SafeString:
    """Return the 28×28 bitmap as a small picture, which the stylesheet inverts in light mode."""
    return _picture("image/png", bitmap_to_png(drawing.pixels(), scale=1), f"drawing {drawing.pk}", "doodle-bitmap")


def bitmap(drawing: Drawing) -> SafeString:
    """Return the 28×28 bitmap that the network saw, enlarged."""
    return _picture(
        "image/png", bitmap_to_png(drawing.pixels(), scale=1), "what the network saw", "doodle-bitmap large"
    )


def sketch(drawing: Drawing) -> SafeString:
    """Return the strokes as a picture, or an empty string for an uploaded image, which has none."""
    if not drawing.strokes:
        return SafeString()
    return _picture("image/svg+xml", drawing.svg().encode(), "the drawing as drawn", "doodle-sketch large")


def _picture(kind: str, content: bytes, text: str, css: str) -> SafeString:
    data = b64encode(content).decode()
    return format_html('<img class="{}" alt="{}" src="data:{};base64,{}">', css, text, kind, data)
