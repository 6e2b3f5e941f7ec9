"""How long the site waits for its servers.

A network that loses packets, or a host that is gone, brings no error: without limits whoever has asked waits for a
quarter of an hour, and whoever only listens waits for ever.
"""

from __future__ import annotations

import socket
from typing import Any

CONNECT = 3  # seconds; libpq takes no less than two
UNHEARD = 4  # seconds that the other end may leave what we sent, or our asking whether it is there, without a sign
IDLE = 2  # seconds of silence after which we ask
ASK_EVERY = 1  # second

ASKS = UNHEARD // ASK_EVERY + 1

# The options of Redis' clients. A command may take so long; a worker that waits for tasks is answered each second.
REDIS_ANSWERS = 2.0  # seconds
KEEPALIVE = {
    getattr(socket, name): value
    for name, value in {"TCP_KEEPIDLE": IDLE, "TCP_KEEPINTVL": ASK_EVERY, "TCP_KEEPCNT": ASKS}.items()
    if hasattr(socket, name)  # macOS calls the first one otherwise
}


def postgresql(lock_timeout: float) -> dict[str, Any]:
    """Return options of libpq; lock_timeout: seconds to wait for what somebody else has locked.

    The server is asked to be no more patient with us, or what a lost host has locked would stay so for two hours.
    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    """
    theirs = {
        "lock_timeout": f"{lock_timeout * 1000:.0f}",
        "tcp_user_timeout": UNHEARD * 1000,
        "tcp_keepalives_idle": IDLE,
        "tcp_keepalives_interval": ASK_EVERY,
        "tcp_keepalives_count": ASKS,
    }
    return {
        "connect_timeout": CONNECT,
        "tcp_user_timeout": UNHEARD * 1000,
        "keepalives_idle": IDLE,
        "keepalives_interval": ASK_EVERY,
        "keepalives_count": ASKS,
        "options": " ".join(f"-c {name}={value}" for name, value in theirs.items()),
    }


def broker() -> dict[str, Any]:
    """Return transport options of Kombu.

    https://docs.celeryq.dev/projects/kombu/en/stable/reference/kombu.transport.redis.html#transport-options
    """
    return {
        "socket_connect_timeout": 2.0,
        "socket_timeout": REDIS_ANSWERS,
        "socket_keepalive": True,
        "socket_keepalive_options": KEEPALIVE,
        "health_check_interval": UNHEARD,
    }
