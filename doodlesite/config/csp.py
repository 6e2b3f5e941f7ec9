"""What pages may load and run, told to the browser with each of them: only what this site itself serves.

Nothing inline runs anywhere: no script, no handler, no style. There is one exception, below /admin/ alone: Unfold's
Alpine.js makes functions of the expressions in its attributes ('unsafe-eval') and sets style attributes, and Unfold
writes its colours into each page ('unsafe-inline' of styles, not of scripts).
"""

from __future__ import annotations

from typing import Any

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

PAGES: dict[str, Any] = {
    "default-src": [NONE],
    "script-src": [SELF, NONCE],  # the nonce is the import map's
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
}
ADMIN = {"script-src": [SELF, NONCE, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}

# What is no page, such as JSON, pictures and downloads, runs and loads nothing, should somebody open it as one.
NO_PAGE = "default-src 'none'; img-src data:; frame-ancestors 'none'; sandbox"

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class ContentSecurityPolicy(CSPMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        response.headers.setdefault("Content-Security-Policy", NO_PAGE)
        return response

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(reverse("admin:index")):
            parts.replace = ADMIN
        return parts
