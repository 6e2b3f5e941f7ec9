"""Where a request comes from. The address itself is looked at and forgotten: nothing here stores or logs it."""

from __future__ import annotations

import ipaddress
import logging

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

NETWORK = 64  # bits of an IPv6 address that tell one household from another; the others are its own to choose


def client_address(request: HttpRequest) -> str:
    """Return the address of whoever asks, of IPv6 the /64.

    PROXIES, a number, says how many proxies of ours append to X-Forwarded-For; only what these wrote is believed.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and settings.PROXIES:
        entries = forwarded.split(",")
        return _network_of(entries[-min(settings.PROXIES, len(entries))].strip())
    if forwarded:
        _warn_of_proxy()
    return _network_of(request.META.get("REMOTE_ADDR", ""))


def _network_of(written: str) -> str:
    """Return an address as it is counted; what is none, such as that of a Unix socket, as one like all its kind."""
    try:
        address = ipaddress.ip_address(_without_port(written))
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Address(int(address) >> (128 - NETWORK) << (128 - NETWORK)))


def _without_port(written: str) -> str:
    """Some proxies write 192.0.2.1:4711 or [2001:db8::1]:4711."""
    if written.startswith("["):
        return written[1:].partition("]")[0]
    return written.partition(":")[0] if written.count(":") == 1 else written


_warned = False


def _warn_of_proxy() -> None:
    global _warned
    if not _warned:
        _warned = True
        logger.warning(
            "Requests carry X-Forwarded-For, but DOODLE_PROXIES is 0. Set it to the number of proxies in front of this"
            " site, if there are any: otherwise all visitors share the limits of one address."
        )
