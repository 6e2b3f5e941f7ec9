"""Half requests that occupy a site, and a probe of its health checks."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self
from urllib.request import urlopen

HALF_REQUEST = b"POST /api/v1/drawings/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"


class HealthProbe:
    """A thread that requests /healthz all the time and records the latencies."""

    def __init__(self, url: str, interval_seconds: float = 0.2) -> None:
        self._url, self._interval_seconds = f"{url}/healthz", interval_seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._probe)
        self.milliseconds: list[float] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._done.set()
        self._thread.join()

    def _probe(self) -> None:
        while not self._done.wait(self._interval_seconds):
            started = time.perf_counter()
            with urlopen(self._url, timeout=60):  # anything but 200 raises
                self.milliseconds.append((time.perf_counter() - started) * 1000)


@contextmanager
def half_requests(port: int, count: int) -> Iterator[None]:
    """Open connections that send the beginning of a request, then one byte a second, and never the end."""
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(count)]
        done = threading.Event()
        thread = threading.Thread(target=_trickle, args=(clients, done))
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def _trickle(clients: list[socket.socket], done: threading.Event) -> None:
    for client in clients:
        client.sendall(HALF_REQUEST)
    while not done.wait(1):
        for client in list(clients):
            try:
                client.sendall(b" ")
            except OSError:
                clients.remove(client)  # the site closed the connection
