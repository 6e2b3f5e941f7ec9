"""Checks before `make run` starts anything. An error is one sentence that says what to do."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from doodlesite.process import redis_server

MIN_FREE_BYTES = 64 * 2**20  # static files take 25 MB; then a new database, and some to grow


class CannotRun(Exception):
    """The site cannot run; the message says why in one sentence."""


def check_folder(var: Path, min_free_bytes: int = MIN_FREE_BYTES) -> None:
    """Check that `var` is writable and its disk has `min_free_bytes` left. Raises CannotRun."""
    try:
        with tempfile.TemporaryFile(dir=var) as file:
            file.write(bytes(4096))
    except OSError as error:
        raise not_writable(error) from error
    free = shutil.disk_usage(var).free
    if free < min_free_bytes:
        raise CannotRun(f"the disk of {var} is full: {free >> 20} MB are free, {min_free_bytes >> 20} MB are needed.")


def not_writable(error: OSError) -> CannotRun:
    path = error.filename or "DOODLE_VAR"
    return CannotRun(f"{path} cannot be written ({error.strerror}); DOODLE_VAR names another folder.")


def check_port(port: int) -> None:
    """Check that the web server can listen on `port` of 127.0.0.1. Raises CannotRun."""
    if not 1 <= port <= 65535:
        raise CannotRun(f"PORT is {port}; it must be from 1 to 65535.")
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            reason = "is already in use" if error.errno == errno.EADDRINUSE else f"is refused ({error.strerror})"
            raise CannotRun(f"port {port} {reason}; PORT chooses another, as in PORT=8001 make run.") from error


def check_redis() -> None:
    """Check that there is a Redis to embed. Raises CannotRun."""
    try:
        redis_server.find_redis()
    except redis_server.RedisNotFound:
        raise CannotRun("no Redis was found; install redis-server or valkey-server, or set REDIS_URL.") from None


@contextmanager
def exclusive_use(var: Path) -> Iterator[None]:
    """Lock `var` against a second `make run`; the lock ends with this process. Raises CannotRun."""
    folder = os.open(var, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CannotRun(f"another `make run` uses {var}; stop it, or set DOODLE_VAR to another folder.") from None
    finally:
        os.close(folder)
