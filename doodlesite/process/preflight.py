"""What must hold before `make run` starts anything; where it does not, one sentence says what to do."""

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

ROOM = 64 * 2**20  # bytes: static files 25 MB, a new database, and something to go on with


class CannotRun(Exception):
    """Why the site cannot run, in one sentence."""


def check_folder(var: Path, room: int = ROOM) -> None:
    """Make sure that `var` can be written and has `room` bytes left. Raises CannotRun."""
    try:
        with tempfile.TemporaryFile(dir=var) as file:
            file.write(bytes(4096))
    except OSError as error:
        raise unwritable(error) from error
    free = shutil.disk_usage(var).free
    if free < room:
        raise CannotRun(f"the disk of {var} is full: {free >> 20} MB are free, {room >> 20} MB are needed.")


def unwritable(error: OSError) -> CannotRun:
    where = error.filename or "DOODLE_VAR"
    return CannotRun(f"{where} cannot be written ({error.strerror}); DOODLE_VAR names another folder.")


def check_port(port: int) -> None:
    """Make sure that the web server can listen on `port` of this machine. Raises CannotRun."""
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
    """Make sure that there is a Redis to embed. Raises CannotRun."""
    try:
        redis_server.binary()
    except redis_server.NoRedis:
        raise CannotRun("no Redis was found; install redis-server or valkey-server, or set REDIS_URL.") from None


@contextmanager
def sole_use(var: Path) -> Iterator[None]:
    """Keep every other `make run` away from `var`; the lock goes with this process. Raises CannotRun."""
    folder = os.open(var, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CannotRun(f"another `make run` uses {var}; stop it, or set DOODLE_VAR to another folder.") from None
    finally:
        os.close(folder)
