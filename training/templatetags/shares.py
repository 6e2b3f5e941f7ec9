"""Shares as people read them."""

from __future__ import annotations

from django import template

from recognition.figures import percent

register = template.Library()

register.filter("share", percent)
