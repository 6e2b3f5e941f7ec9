"""The WSGI application, which the web server loads."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doodlesite.settings")

application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  # imports all views, with libvips and LiteRT, before the workers part
