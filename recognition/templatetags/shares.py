"""The template filters `share`, for sentences, and `percent`, for tables: 0.984 becomes 98 % and 98.4 %."""

from __future__ import annotations

from django import template

from recognition.stats.metric_labels import percent, rounded_percent

register = template.Library()

register.filter("percent", percent)
register.filter("share", rounded_percent)
