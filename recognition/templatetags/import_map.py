"""Template tags that let JavaScript modules import each other although their file names contain a hash."""

from __future__ import annotations

import json
from functools import cache

from django import template
from django.conf import settings
from django.core.files.storage import Storage, storages
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@cache  # of each process: files change only with the code
def modules(storage: Storage) -> dict[str, str]:
    """Return {path: hashed address} of all modules in static/js and static/vendor, as `js/draw/canvas/strokes.js`."""
    folder = settings.BASE_DIR / "static"
    paths = (path for subfolder in ("js", "vendor") for path in folder.glob(f"{subfolder}/**/*.js"))
    names = sorted(path.relative_to(folder).as_posix() for path in paths)
    return {name: storage.url(name) for name in names}


@cache
def _imports(storage: Storage) -> str:
    return json.dumps({"imports": {settings.STATIC_URL + name: url for name, url in modules(storage).items()}})


@register.simple_tag(takes_context=True)
def import_map(context: Context) -> SafeString:
    """Return an import map from each module's plain address to its hashed address. Relative imports use the former.

    See https://developer.mozilla.org/docs/Web/HTML/Reference/Elements/script/type/importmap

    It is the only inline script of a page, allowed by its nonce. An error page rendered without a request gets none.
    """
    request = context.get("request")
    if request is None:
        return SafeString()
    body = mark_safe(_imports(storages["staticfiles"]))  # noqa: S308  # the names of our own files
    return format_html('<script type="importmap" nonce="{}">{}</script>', request.csp_nonce, body)


@register.simple_tag
def preload_modules(*prefixes: str) -> SafeString:
    """Preload all modules whose paths start with a prefix, instead of one import after the other."""
    urls = ((url,) for name, url in modules(storages["staticfiles"]).items() if name.startswith(prefixes))
    return format_html_join("\n  ", '<link rel="modulepreload" href="{}">', urls)
