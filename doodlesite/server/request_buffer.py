"""Buffers the bytes of a request and tells when all of it has arrived; Gunicorn's parser reads it then."""

from __future__ import annotations

import re
from enum import Enum, auto

MAX_HEAD_BYTES = 32_768  # bytes; browsers send one or two thousand
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)


class State(Enum):
    COMING = auto()
    WHOLE = auto()
    LARGE = auto()  # the head is there; the body is too large to buffer, or of unknown length
    ENDLESS = auto()  # a head without an end
    GONE = auto()  # the client has hung up


class RequestBuffer:
    """The bytes of a request, or its beginning if its body has more than `most` bytes.

    The next request of the connection may follow.
    """

    def __init__(self, most: int) -> None:
        self.data = bytearray()
        self.state = State.COMING
        self.method = ""
        self.path = ""  # without what follows a question mark
        self._most = most
        self._size: int | None = None  # of head and body, once the head is there
        self._waited_for = False

    def add(self, more: bytes) -> None:
        self.data += more
        if self._size is None and self.state is State.COMING:
            self._look_for_head()
        if self._size is not None and self.state is State.COMING and len(self.data) >= self._size:
            self.state = State.WHOLE

    def take_expects_continue(self) -> bool:
        """Return whether the client waits for 100 Continue before it sends the body; True once only."""
        waited_for, self._waited_for = self._waited_for, False
        return waited_for

    def take(self) -> bytes:
        """Return all bytes and empty the buffer."""
        data, self.data = bytes(self.data), bytearray()
        return data

    def _look_for_head(self) -> None:
        end = self.data.find(_END, 0, MAX_HEAD_BYTES)
        if end < 0:
            self.state = State.ENDLESS if len(self.data) >= MAX_HEAD_BYTES else State.COMING
            return
        method, _, target = bytes(self.data[:200]).decode("latin-1").partition(" ")
        self.method, self.path = method, re.split("[? ]", target, maxsplit=1)[0]
        length = _LENGTH.search(self.data, 0, end + 2)
        body = int(length[1]) if length else 0
        self._size = end + len(_END) + body
        self._waited_for = bool(body and _EXPECTS.search(self.data, 0, end + 2))
        if body > self._most or _CHUNKED.search(self.data, 0, end + 2):
            self.state = State.LARGE
