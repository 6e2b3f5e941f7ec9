"""Lets relative imports between our JavaScript modules find files whose names carry a hash."""

from __future__ import annotations

import json

from django import template
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


def modules() -> list[str]:
    """Return the paths below `static/` of all modules, vendored ones too, such as `js/draw/canvas/strokes.js`."""
    folder = settings.BASE_DIR / "static"
    found = (path for place in ("js", "vendor") for path in folder.glob(f"{place}/**/*.js"))
    return sorted(path.relative_to(folder).as_posix() for path in found)


@register.simple_tag(takes_context=True)
def import_map(context: Context) -> SafeString:
    """Map each module's plain address, which a relative import arrives at, to the address it is served under.

    See https://developer.mozilla.org/docs/Web/HTML/Reference/Elements/script/type/importmap

    It is the only script inline on a page, and its nonce lets it run. A page made without a request, that of a failure,
    has no modules to find.
    """
    request = context.get("request")
    if request is None:
        return SafeString()
    imports = {settings.STATIC_URL + name: static(name) for name in modules()}
    body = mark_safe(json.dumps({"imports": imports}))  # noqa: S308  # the names of our own files
    return format_html('<script type="importmap" nonce="{}">{}</script>', request.csp_nonce, body)


@register.simple_tag
def preload_modules(*beginnings: str) -> SafeString:
    """Fetch all modules whose paths begin so at once, instead of one import after the other."""
    names = (name for name in modules() if name.startswith(beginnings))
    return format_html_join("\n  ", '<link rel="modulepreload" href="{}">', ((static(name),) for name in names))
