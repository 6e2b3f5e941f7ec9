"""A TCP proxy between the site and one of its servers that can drop connections or lose all packets."""

from __future__ import annotations

import asyncio
import ctypes
import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path

from doodlesite.config import timeouts

SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27  # socket(7), Linux
CHUNK_BYTES = 65536


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction))]


_RETURN = 0x06
_INSTRUCTIONS = (_Instruction * 1)(_Instruction(_RETURN, 0, 0, 0))
_DROP_EVERY_PACKET = _Program(1, _INSTRUCTIONS)


class Link:
    """A connection through a proxy."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        _detect_lost_clients(client)
        self.passes = asyncio.Event()
        self.passes.set()
        self.is_forgotten = False

    def reset(self) -> None:
        """Break the connection, so that the client gets a reset, not an end of file."""
        _reset(self.client)

    def silence(self) -> None:
        self.passes.clear()
        drop_packets(self.client)

    def mend(self) -> None:
        if self.is_forgotten:
            with suppress(OSError):
                self.server.shutdown(socket.SHUT_RDWR)  # the client has closed its end by timeout
        else:
            _accept_packets(self.client)
            self.passes.set()


class NetworkProxy:
    """Listens on a TCP port and forwards connections to a Unix socket, in a thread of its own."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._listener.setblocking(False)
        self.port = int(self._listener.getsockname()[1])
        self._links: set[Link] = set()
        self._loop = asyncio.new_event_loop()
        self._is_cut = False
        self._thread = threading.Thread(target=self._run, name=f"proxy to {server.name}", daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Reset every connection, and refuse new ones until `mend`."""
        self._loop.call_soon_threadsafe(self._cut)

    def silence(self) -> None:
        """Lose every packet until `mend`; neither end can tell whether the other one still exists."""
        self._loop.call_soon_threadsafe(self._silence)

    def forget(self) -> None:
        """Lose every packet of the existing connections for good, as a firewall does after a restart."""
        self._loop.call_soon_threadsafe(self._forget)

    def mend(self) -> None:
        self._loop.call_soon_threadsafe(self._mend)

    def close(self) -> None:
        """Close all connections and end the thread."""
        self._loop.call_soon_threadsafe(self._end)
        self._thread.join()
        self._loop.close()
        self._listener.close()

    def _cut(self) -> None:
        self._is_cut = True
        for link in self._links:
            link.reset()

    def _silence(self) -> None:
        drop_packets(self._listener)
        for link in self._links:
            link.silence()

    def _forget(self) -> None:
        for link in self._links:
            link.is_forgotten = True
            link.silence()

    def _mend(self) -> None:
        self._is_cut = False
        _accept_packets(self._listener)
        for link in self._links:
            link.mend()

    def _end(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.call_soon(self._loop.stop)  # after their cancellation

    def _run(self) -> None:
        self._loop.create_task(self._accept())
        self._loop.run_forever()

    async def _accept(self) -> None:
        while True:
            client, _ = await self._loop.sock_accept(self._listener)
            client.setblocking(False)
            self._loop.create_task(self._connect(client))

    async def _connect(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.setblocking(False)
            try:
                if self._is_cut:
                    raise ConnectionRefusedError
                await self._loop.sock_connect(server, str(self._server))
            except OSError:
                _reset(client)
            else:
                await self._serve(Link(client, server))

    async def _serve(self, link: Link) -> None:
        self._links.add(link)
        there, back = (link.client, link.server), (link.server, link.client)
        ways = [self._loop.create_task(self._pass_on(link, *way)) for way in (there, back)]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            self._links.discard(link)

    async def _pass_on(self, link: Link, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):  # one end is closed; `_serve` closes the other one
            while data := await self._loop.sock_recv(source, CHUNK_BYTES):
                await link.passes.wait()
                await self._loop.sock_sendall(target, data)
        await link.passes.wait()


def _detect_lost_clients(client: socket.socket) -> None:
    """Set the keepalive that the site asks PostgreSQL for, which cannot see the client behind the proxy."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, timeouts.UNACKNOWLEDGED_SECONDS * 1000)
    for option, value in timeouts.KEEPALIVE.items():
        client.setsockopt(socket.IPPROTO_TCP, option, value)


def _reset(client: socket.socket) -> None:
    with suppress(OSError):  # it is closed already
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.shutdown(socket.SHUT_RDWR)


def drop_packets(connection: socket.socket) -> None:
    """Make a socket lose every incoming packet; its other end is not told."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, bytes(_DROP_EVERY_PACKET))


def _accept_packets(connection: socket.socket) -> None:
    with suppress(OSError):  # it has no filter
        connection.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
