"""Error responses that need no thread, so that a busy site sends them at once."""

from __future__ import annotations

import json
import logging
import random
from functools import cache

from django.template.loader import render_to_string

from doodlesite.server.request_buffer import RequestBuffer

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = (1, 4)  # a random one, so that clients do not return all at once
BUSY = "The site is too busy just now; nothing was stored. Try again in a moment."
POLICY = "; ".join(
    ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]
    + [f"{kind}-src 'self'" for kind in ("script", "style", "img", "font")]
)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def too_busy(request: RequestBuffer) -> bytes:
    """Return 503 with Retry-After: a page for people, JSON for programs."""
    for_programs = request.path.startswith("/api/")
    kind, body = ("application/json", _as_json()) if for_programs else ("text/html; charset=utf-8", _page())
    headers = [f"Content-Type: {kind}", f"Retry-After: {random.randint(*RETRY_AFTER_SECONDS)}"]
    return _response("503 Service Unavailable", headers, body, has_body=request.method != "HEAD")


def too_long() -> bytes:
    return _response("431 Request Header Fields Too Large", ["Content-Type: text/plain"], b"The head is too long.\n")


@cache
def _page() -> bytes:
    try:
        return render_to_string("busy.html").encode()
    except Exception:  # what accepts connections must outlive it
        logger.exception("The page for those who come while the site is too busy cannot be made.")
        return BUSY.encode()


@cache
def _as_json() -> bytes:
    return json.dumps({"detail": BUSY}).encode()


def _response(status: str, headers: list[str], body: bytes, *, has_body: bool = True) -> bytes:
    always = [
        f"Content-Length: {len(body)}",
        f"Content-Security-Policy: {POLICY}",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        "Connection: close",
    ]
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, *always]).encode()
    return head + b"\r\n\r\n" + (body if has_body else b"")
