"""What a clone without any configuration works with: a secret key and a Redis of its own, both inside DOODLE_VAR."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

LONGEST_SOCKET_PATH = 100  # bytes; Linux allows 107 (unix(7), sun_path), macOS 103


def kept_secret(path: Path) -> str:
    """Return the secret kept in a file, made at the first call; several hosts share one by a variable instead."""
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.") as file:  # mode 0600
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
