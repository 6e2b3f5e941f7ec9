"""The client address of a request. It is not stored or logged here."""

from __future__ import annotations

import ipaddress
import logging

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

NETWORK_BITS = 64  # of an IPv6 address: a household is assigned a /64 and chooses the other bits itself


def client_address(request: HttpRequest) -> str:
    """Return the client's IPv4 address or its IPv6 /64 network.

    The setting PROXIES is the number of our own proxies, which append to X-Forwarded-For. Only their entries are
    trusted.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and settings.PROXIES:
        entries = forwarded.split(",")
        return _network_of(entries[-min(settings.PROXIES, len(entries))].strip())
    if forwarded:
        _warn_about_proxies()
    return _network_of(request.META.get("REMOTE_ADDR", ""))


def _network_of(text: str) -> str:
    """Return the address under which requests are counted; "unknown" for anything else, such as a Unix socket."""
    try:
        address = ipaddress.ip_address(_without_port(text))
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Address(int(address) >> (128 - NETWORK_BITS) << (128 - NETWORK_BITS)))


def _without_port(text: str) -> str:
    """Remove the port that some proxies append: 192.0.2.1:4711, [2001:db8::1]:4711."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


_warned = False


def _warn_about_proxies() -> None:
    global _warned
    if not _warned:
        _warned = True
        logger.warning(
            "Requests carry X-Forwarded-For, but DOODLE_PROXIES is 0. Set it to the number of proxies in front of this"
            " site, if there are any: otherwise all visitors share the limits of one address."
        )
