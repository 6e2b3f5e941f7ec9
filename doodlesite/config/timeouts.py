"""Timeouts of connections to PostgreSQL and Redis.

If a network loses packets or a host disappears, no error arrives. Without limits a query would wait for a quarter of an
hour, and a listening connection without end.
"""

from __future__ import annotations

import socket
from typing import Any

CONNECT_SECONDS = 3  # libpq's minimum is two
UNACKNOWLEDGED_SECONDS = 4  # how long sent data and keepalive probes may stay without an acknowledgement
KEEPALIVE_IDLE_SECONDS = 2  # of silence before the first probe
KEEPALIVE_INTERVAL_SECONDS = 1  # between two probes

KEEPALIVE_PROBES = UNACKNOWLEDGED_SECONDS // KEEPALIVE_INTERVAL_SECONDS + 1

# Options of Redis clients. A command may take this long; a worker that waits for tasks gets a response each second.
REDIS_CONNECT_SECONDS = 2.0
REDIS_COMMAND_SECONDS = 2.0
KEEPALIVE = {
    getattr(socket, name): value
    for name, value in {
        "TCP_KEEPIDLE": KEEPALIVE_IDLE_SECONDS,
        "TCP_KEEPINTVL": KEEPALIVE_INTERVAL_SECONDS,
        "TCP_KEEPCNT": KEEPALIVE_PROBES,
    }.items()
    if hasattr(socket, name)  # macOS has another name for the first one
}


def postgresql(lock_timeout: float) -> dict[str, Any]:
    """Return connection options of libpq; `lock_timeout`: seconds to wait for a lock that another session holds.

    The server gets the same limits for its side: without them, the locks of a lost host would stay for two hours.
    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    """
    server_options = {
        "lock_timeout": f"{lock_timeout * 1000:.0f}",
        "tcp_user_timeout": UNACKNOWLEDGED_SECONDS * 1000,
        "tcp_keepalives_idle": KEEPALIVE_IDLE_SECONDS,
        "tcp_keepalives_interval": KEEPALIVE_INTERVAL_SECONDS,
        "tcp_keepalives_count": KEEPALIVE_PROBES,
    }
    return {
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": UNACKNOWLEDGED_SECONDS * 1000,
        "keepalives_idle": KEEPALIVE_IDLE_SECONDS,
        "keepalives_interval": KEEPALIVE_INTERVAL_SECONDS,
        "keepalives_count": KEEPALIVE_PROBES,
        "options": " ".join(f"-c {name}={value}" for name, value in server_options.items()),
    }


def broker() -> dict[str, Any]:
    """Return transport options of Kombu.

    https://docs.celeryq.dev/projects/kombu/en/stable/reference/kombu.transport.redis.html#transport-options
    """
    return {
        "socket_connect_timeout": REDIS_CONNECT_SECONDS,
        "socket_timeout": REDIS_COMMAND_SECONDS,
        "socket_keepalive": True,
        "socket_keepalive_options": KEEPALIVE,
        "health_check_interval": UNACKNOWLEDGED_SECONDS,
    }
