"""Formats shares and times on the operations page."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recognition.stats.metric_labels import percent

register = template.Library()

UNIT_SECONDS = (("d", 86_400), ("h", 3_600), ("min", 60))


@register.simple_tag
def bar(share: float, name: str) -> SafeString:
    """Return a share as a meter element with its percentage."""
    text = percent(share)
    return format_html('<meter value="{}" aria-label="{}">{}</meter> {}', f"{share:.4f}", name, text, text)


@register.filter
def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"


@register.filter
def ago(seconds: float) -> str:
    """Format a duration in its largest unit: 40 s, 3 min, 2 h, 5 d."""
    unit, size = next(((unit, size) for unit, size in UNIT_SECONDS if seconds >= size), ("s", 1))
    return f"{seconds / size:.0f} {unit}"
