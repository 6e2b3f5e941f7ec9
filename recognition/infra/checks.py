"""What `manage.py check --deploy` says about settings that only make sense together."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Complaint


@register(Tags.security, deploy=True)
def proxies(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Whoever speaks HTTPS for this site is a proxy."""
    if settings.HTTPS and not settings.PROXIES:
        hint = "Set DOODLE_PROXIES to the number of proxies in front, or all visitors share the limits of one address."
        return [Complaint("DOODLE_HTTPS is 1 and DOODLE_PROXIES is 0.", hint=hint, id="recognition.W001")]
    return []
