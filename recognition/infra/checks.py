"""System checks of `manage.py check --deploy` for settings that depend on each other."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning


@register(Tags.security, deploy=True)
def check_proxies(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn about HTTPS without a proxy: only a proxy can terminate HTTPS for this site."""
    if settings.HTTPS and not settings.PROXIES:
        hint = "Set DOODLE_PROXIES to the number of proxies in front, or all visitors share the limits of one address."
        return [CheckWarning("DOODLE_HTTPS is 1 and DOODLE_PROXIES is 0.", hint=hint, id="recognition.W001")]
    return []
