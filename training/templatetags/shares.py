"""The template filter `share`: 0.904 becomes 90.4%."""

from __future__ import annotations

from django import template

from recognition.stats.metric_labels import percent

register = template.Library()

register.filter("share", percent)
