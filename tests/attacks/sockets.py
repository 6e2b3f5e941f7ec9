"""Clients that send and read as slowly as they can, from any number of addresses of 127.0.0.0/8."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.services.proxy import Proxy
from tests.services.site import PATIENCE

STEP_SECONDS = 0.5  # between two bytes of a client
SMALL_BUFFER_BYTES = 2048  # a client that does not read soon blocks the sender


@dataclass(frozen=True)
class Attack:
    """What a client sends at once; then `drip`, byte by byte and again and again, while it reads next to nothing."""

    sent: bytes = b""
    drip: bytes = b""
    speaks_tls: bool = True


class Attackers:
    """Sockets that attack until the end of the block. One that is closed comes back at its next step."""

    def __init__(self, proxy: Proxy, attack: Attack, addresses: Sequence[str], sockets_each: int) -> None:
        self._proxy, self._attack = proxy, attack
        self._addresses = [address for address in addresses for _ in range(sockets_each)]
        self._sockets: list[socket.socket | None] = [None] * len(self._addresses)
        self._ended = threading.Event()
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._attack_on)
        self.heard: set[bytes] = set()  # the status lines of answers

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._begun.wait(10 * PATIENCE)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()
        for client in filter(None, self._sockets):
            client.close()

    def _attack_on(self) -> None:
        step = 0
        while not self._ended.is_set():
            for number in range(len(self._sockets)):
                self._sockets[number] = self._go_on(number, step)
            self._begun.set()
            step += 1
            self._ended.wait(STEP_SECONDS)

    def _go_on(self, number: int, step: int) -> socket.socket | None:
        client = self._sockets[number]
        try:
            if client is None:
                return self._connect(self._addresses[number])
            if self._attack.drip:
                client.send(self._attack.drip[step % len(self._attack.drip) :][:1])
            if head := self._heard_from(client):
                self.heard.add(head)
        except OSError:
            with contextlib.suppress(OSError):
                client and client.close()
            return None
        return client

    def _heard_from(self, client: socket.socket) -> bytes:
        """Read a few bytes if there are some. Raises OSError if the connection is closed."""
        try:
            some = client.recv(12)
        except (BlockingIOError, TimeoutError):
            return b""
        if not some:
            raise ConnectionResetError
        return some if some.startswith(b"HTTP/") else b""

    def _connect(self, address: str) -> socket.socket:
        client = socket.socket()
        try:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER_BYTES)
            client.settimeout(PATIENCE)
            client.bind((address, 0))
            client.connect(("127.0.0.1", self._proxy.port))
            if self._attack.speaks_tls:
                client = self._proxy.tls.wrap_socket(client, server_hostname="localhost")
                client.sendall(self._attack.sent)
            client.settimeout(0.001)
        except OSError:
            client.close()
            raise
        return client


def wait_a_little() -> None:
    """Let attackers drip for some steps."""
    time.sleep(4 * STEP_SECONDS)
