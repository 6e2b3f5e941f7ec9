"""Defaults for a clone without configuration: a secret key and the address of a Redis, both in DOODLE_VAR."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

MAX_SOCKET_PATH_BYTES = 100  # Linux allows 107 (unix(7), sun_path), macOS 103


def read_or_create_secret(path: Path) -> str:
    """Return the secret in a file, created at the first call. Several hosts share one by a variable instead."""
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.") as file:  # mode 0600
            file.write(secrets.token_urlsafe(48))
            file.flush()
            # If several processes start together, one of them wins, and none reads a half-written secret.
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text()


def redis_socket(var: Path) -> Path:
    """Return the socket of the embedded Redis: in `var`, or in the temporary folder if that path is too long."""
    socket = var / "redis.sock"
    if len(bytes(socket)) <= MAX_SOCKET_PATH_BYTES:
        return socket
    return Path(tempfile.gettempdir()) / f"doodlesite-{hashlib.sha256(bytes(var)).hexdigest()[:16]}.sock"


def redis_url(var: Path) -> str:
    return f"unix://{redis_socket(var)}"
