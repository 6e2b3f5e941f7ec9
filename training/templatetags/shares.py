"""Shares as people read them."""

from __future__ import annotations

from django import template

from recognition.stats.metric_labels import percent

register = template.Library()

register.filter("share", percent)
