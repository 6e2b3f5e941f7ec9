"""Gunicorn's threads, which see only requests that are wholly there, and never more than they can answer in time.

Gunicorn has a thread read what a client sends, so that a few slow clients stop a site, and lets as many requests wait
as come: when more come than can be answered, all of them wait until people give up. Here the loop that accepts
connections gathers requests as well. While those that are there wait too long, it refuses what comes, at once and
without a thread. It waits for nobody: not for a request, not for a client to close.
"""

from __future__ import annotations

import selectors
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import ThreadWorker

from doodlesite.server import error_responses
from doodlesite.server.request_buffer import Arriving, State
from doodlesite.server.thread_lane import Lane

PATIENCE = 1.0  # seconds for which requests may wait for a thread before others are refused
MOST_PATIENCE = 2.0  # seconds after which one that waits is refused itself
ARRIVAL = 30.0  # seconds for a request to come, all of it
LINGER = 2.0  # seconds for a client to read its last answer and close
STALL = 10  # seconds for which a thread waits for a client to send or to take another piece
MOST_BODY = 1_000_000  # bytes that are gathered of one request
MOST_KEPT = 64_000_000  # bytes gathered of all
MOST_LARGE = 2  # threads of a process that read larger bodies, which only the admin takes
BUFFER = 512 * 1024  # bytes of an answer that the system takes from a thread: any page of ours
PIECE = 65_536  # bytes
WATCHERS = frozenset({"/healthz", "/readyz", "/metrics"})


class Worker(ThreadWorker):  # type: ignore[misc]
    """Set in doodlesite/gunicorn_conf.py. Connections are in `pending_conns` while their requests come."""

    def init_process(self) -> None:
        self._people = Lane(self.cfg.threads)
        self._watchers = Lane(1)  # whoever asks whether the site is well hears it also when it is not
        self._leaving: deque[Any] = deque()  # connections that have had their last answer
        self._kept = 0  # bytes of requests that are coming
        self._large = 0  # uploads that threads read
        for listener in self.sockets:  # the connections inherit it
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
            for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                listener.setsockopt(socket.SOL_SOCKET, direction, struct.pack("ll", STALL, 0))
        super().init_process()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        return self._people.pool

    # What Gunicorn's loop calls

    def enqueue_req(self, conn: Any) -> None:
        """Have the next request of a connection answered, once it is there."""
        conn.request = Arriving(MOST_BODY)
        conn.sock.setblocking(False)
        self._add(conn, conn.parser.unreader.take_buffered() if conn.parser else b"")
        if self._read(conn) is State.COMING:
            self._watch(conn, self.pending_conns, ARRIVAL, self.on_pending_socket_readable)
        else:
            self._decide(conn)

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        if self._read(conn) is not State.COMING:
            self.poller.unregister(client)
            self.pending_conns.remove(conn)
            self._decide(conn)

    def finish_request(self, conn: Any, future: Future[Any]) -> None:
        self._large -= is_upload(conn.request)
        if not future.cancelled() and not future.exception() and future.result():
            super().finish_request(conn, future)  # it keeps the connection for the next request
        else:
            self._leave(conn)

    def murder_pending(self) -> None:
        now = time.monotonic()
        for conns in (self.pending_conns, self._leaving):
            while conns and conns[0].timeout <= now:
                self._drop(conns)
        if self.nr_conns >= self.worker_connections or self._kept > MOST_KEPT:
            self._drop_oldest()

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    # In a thread

    def handle(self, conn: Any, waited: float = 0.0) -> Any:
        if waited < MOST_PATIENCE:
            return super().handle(conn)
        self._refuse(conn)
        return False

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        # A body that nobody has read, and that is not here, is not waited for.
        return super()._keepalive_after(conn, keepalive and conn.request.state is State.WHOLE)  # type: ignore[no-any-return]

    # From the first byte to a thread

    def _read(self, conn: Any) -> State:
        """Read what has come, and return what is there now."""
        request: Arriving = conn.request
        if request.state is not State.COMING:
            return request.state
        try:
            piece = conn.sock.recv(PIECE)
        except BlockingIOError:
            return request.state
        except OSError:
            piece = b""
        if not piece:
            request.state = State.GONE
        self._add(conn, piece)
        if request.is_now_waited_for():
            self._send(conn, error_responses.CONTINUE)
        return request.state

    def _add(self, conn: Any, piece: bytes) -> None:
        self._kept += len(piece)
        conn.request.add(piece)

    def _decide(self, conn: Any) -> None:
        """Answer a request that is there, or refuse it."""
        request: Arriving = conn.request
        lane = self._watchers if request.path in WATCHERS else self._people
        if request.state is State.GONE:
            self._close(conn)
        elif request.state is State.ENDLESS:
            self._send(conn, error_responses.too_long())
            self._leave(conn)
        elif lane.wait() > PATIENCE or (is_upload(request) and self._large >= MOST_LARGE):
            self._refuse(conn)
            self._leave(conn)
        else:
            self._large += is_upload(request)
            self._answer(conn, lane)

    def _answer(self, conn: Any, lane: Lane) -> None:
        conn.parser = conn.parser or http.get_parser(self.cfg, conn.sock, conn.client)
        conn.parser.unreader.unread(self._take(conn))
        conn.data_ready = True
        future = lane.submit(partial(self.handle, conn))
        future.add_done_callback(partial(self.method_queue.defer, self.finish_request, conn))

    def _take(self, conn: Any) -> bytes:
        data: bytes = conn.request.take()
        self._kept -= len(data)
        return data

    # From the last byte to the end

    def _refuse(self, conn: Any) -> None:
        from monitoring.request_middleware import count_refused  # not before the site is loaded

        count_refused(conn.request.method)
        self._send(conn, error_responses.too_busy(conn.request))

    def _send(self, conn: Any, answer: bytes) -> None:
        with suppress(OSError):  # whoever has hung up needs none
            conn.sock.send(answer)  # a page at most, which always fits

    def _leave(self, conn: Any) -> None:
        """Close a connection after the client, lest it loses what it has not read yet."""
        self._take(conn)
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
        else:
            self._watch(conn, self._leaving, LINGER, self._on_leaving_socket_readable)

    def _on_leaving_socket_readable(self, conn: Any, client: Any) -> None:
        try:
            is_there = conn.sock.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            is_there = b""
        if not is_there:
            self.poller.unregister(client)
            self._leaving.remove(conn)
            self._close(conn)

    def _watch(self, conn: Any, conns: deque[Any], seconds: float, readable: Callable[[Any, Any], None]) -> None:
        conn.timeout = time.monotonic() + seconds
        conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(readable, conn))

    def _drop_oldest(self) -> None:
        """Make room for who comes now: close whoever has been idle, or sending, for the longest time."""
        idle = next(filter(None, (self.keepalived_conns, self._leaving, self.pending_conns)), None)
        if idle:
            self._drop(idle)

    def _drop(self, conns: deque[Any]) -> None:
        conn = conns.popleft()
        self.poller.unregister(conn.sock)
        self._close(conn)

    def _close(self, conn: Any) -> None:
        self._take(conn)
        self.nr_conns -= 1
        conn.close()


def is_upload(request: Arriving) -> bool:
    """Tell whether a thread will have to wait for the body; elsewhere nobody reads one that is too large."""
    return request.state is State.LARGE and request.path.startswith("/admin/")
