"""Gunicorn's thread worker with request buffering and load shedding.

In Gunicorn a thread reads what a client sends, so a few slow clients stop a site. Its queue of requests has no limit:
under overload all of them wait until people give up. Here the loop that accepts connections also buffers requests.
While requests wait too long for a thread, it refuses new ones at once, without a thread. It never blocks: neither for a
request nor for a client to close.
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
from doodlesite.server.request_buffer import RequestBuffer, State
from doodlesite.server.thread_lane import ThreadLane

REFUSE_AFTER_SECONDS = 1.0  # that requests wait for a thread; then new ones are refused
MAX_WAIT_SECONDS = 2.0  # after which a waiting request is refused too
REQUEST_SECONDS = 30.0  # for a whole request to arrive
LINGER_SECONDS = 2.0  # for a client to read its last response and close
STALL_SECONDS = 10  # that a thread waits for a client to send or to receive the next chunk
MAX_BODY_BYTES = 1_000_000  # that are buffered of one request
MAX_BUFFERED_BYTES = 64_000_000  # of all requests of a process
MAX_LARGE_BODIES = 2  # threads of a process that read larger bodies, which only the admin accepts
SEND_BUFFER_BYTES = 512 * 1024  # that the system takes from a thread: any page of ours fits
CHUNK_BYTES = 65_536
MONITORING_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


class Worker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's worker class, set in doodlesite/gunicorn_conf.py.

    Connections are in `pending_conns` while their requests arrive.
    """

    def init_process(self) -> None:
        self._visitors = ThreadLane(self.cfg.threads)
        self._monitoring = ThreadLane(1)  # health checks are answered also under load
        self._leaving: deque[Any] = deque()  # connections that have got their last response
        self._kept = 0  # bytes of requests that are arriving
        self._large = 0  # uploads that threads read
        for listener in self.sockets:  # the connections inherit it
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                listener.setsockopt(socket.SOL_SOCKET, direction, struct.pack("ll", STALL_SECONDS, 0))
        super().init_process()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        return self._visitors.pool

    # What Gunicorn's loop calls

    def enqueue_req(self, conn: Any) -> None:
        """Answer the next request of a connection once it has arrived."""
        conn.request = RequestBuffer(MAX_BODY_BYTES)
        conn.sock.setblocking(False)
        self._add(conn, conn.parser.unreader.take_buffered() if conn.parser else b"")
        if self._read(conn) is State.COMING:
            self._watch(conn, self.pending_conns, REQUEST_SECONDS, self.on_pending_socket_readable)
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
        if self.nr_conns >= self.worker_connections or self._kept > MAX_BUFFERED_BYTES:
            self._drop_oldest()

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    # In a thread

    def handle(self, conn: Any, waited: float = 0.0) -> Any:
        if waited < MAX_WAIT_SECONDS:
            return super().handle(conn)
        self._refuse(conn)
        return False

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        # Does not wait for a body that was neither buffered nor read.
        return super()._keepalive_after(conn, keepalive and conn.request.state is State.WHOLE)  # type: ignore[no-any-return]

    # From the first byte to a thread

    def _read(self, conn: Any) -> State:
        """Read what has arrived and return the new state."""
        request: RequestBuffer = conn.request
        if request.state is not State.COMING:
            return request.state
        try:
            piece = conn.sock.recv(CHUNK_BYTES)
        except BlockingIOError:
            return request.state
        except OSError:
            piece = b""
        if not piece:
            request.state = State.GONE
        self._add(conn, piece)
        if request.take_expects_continue():
            self._send(conn, error_responses.CONTINUE)
        return request.state

    def _add(self, conn: Any, piece: bytes) -> None:
        self._kept += len(piece)
        conn.request.add(piece)

    def _decide(self, conn: Any) -> None:
        """Answer a request that has arrived, or refuse it."""
        request: RequestBuffer = conn.request
        lane = self._monitoring if request.path in MONITORING_PATHS else self._visitors
        if request.state is State.GONE:
            self._close(conn)
        elif request.state is State.ENDLESS:
            self._send(conn, error_responses.too_long())
            self._leave(conn)
        elif lane.wait() > REFUSE_AFTER_SECONDS or (is_upload(request) and self._large >= MAX_LARGE_BODIES):
            self._refuse(conn)
            self._leave(conn)
        else:
            self._large += is_upload(request)
            self._answer(conn, lane)

    def _answer(self, conn: Any, lane: ThreadLane) -> None:
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
        with suppress(OSError):  # the client has closed the connection
            conn.sock.send(answer)  # at most a page, which always fits

    def _leave(self, conn: Any) -> None:
        """Close a connection after the client does, so that it can read the response first."""
        self._take(conn)
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
        else:
            self._watch(conn, self._leaving, LINGER_SECONDS, self._on_leaving_socket_readable)

    def _on_leaving_socket_readable(self, conn: Any, client: Any) -> None:
        try:
            chunk = conn.sock.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            self.poller.unregister(client)
            self._leaving.remove(conn)
            self._close(conn)

    def _watch(self, conn: Any, conns: deque[Any], seconds: float, readable: Callable[[Any, Any], None]) -> None:
        conn.timeout = time.monotonic() + seconds
        conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(readable, conn))

    def _drop_oldest(self) -> None:
        """Close the connection that has been idle, or sending, for the longest time, to make room for a new one."""
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


def is_upload(request: RequestBuffer) -> bool:
    """Return whether a thread must wait for the body; other paths do not read one that is too large."""
    return request.state is State.LARGE and request.path.startswith("/admin/")
