"""A web server that stands in for Google's bucket, and can be as unreliable as the internet."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import threading
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import numpy as np


def npy_file(rows: int, seed: int = 0) -> bytes:
    """Return a bitmap file as Google's are: npy 1.0 with a header of 80 bytes."""
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({rows}, 784), }}".ljust(69) + "\n"
    bitmaps = np.random.default_rng(seed).integers(0, 256, (rows, 784), dtype=np.uint8)
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bitmaps.tobytes()


def ndjson_file(rows: int, word: str = "cat", seed: int = 0) -> bytes:
    """Return a file of strokes as Google's are, with lines of very different lengths."""
    random = np.random.default_rng(seed)
    lines = []
    for key in range(rows):
        strokes = [random.integers(0, 256, (2, int(random.integers(2, 60)))).tolist() for _ in range(2)]
        lines.append(json.dumps({"word": word, "countrycode": "FI", "key_id": str(key), "drawing": strokes}) + "\n")
    return "".join(lines).encode()


@dataclass
class Bucket:
    """Its files by path, and how it behaves."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)  # what it answers next, before it comes to its senses
    cuts: list[int] = field(default_factory=list)  # after how many bytes it hangs up, in the next answers
    stalls: bool = False  # it sends half of what it should, then nothing
    ranges: bool = True  # it knows range requests
    names_versions: bool = True  # it sends ETag
    tells_length: bool = True  # it says how long an answer is, or simply hangs up at its end
    requests: list[str] = field(default_factory=list)  # "path range"
    sent: Counter[str] = field(default_factory=Counter)  # bytes of files, by path
    closing: threading.Event = field(default_factory=threading.Event)

    def put(self, name: str, content: bytes) -> str:
        """Add an official file, such as "cat.npy"; return its path."""
        folder = "numpy_bitmap" if name.endswith(".npy") else "simplified"
        path = f"/full/{folder}/{name}"
        self.files[path] = content
        return path


class Server(ThreadingHTTPServer):
    daemon_threads = True
    bucket: Bucket

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet when the other side hangs up, as it should once it has enough."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        bucket, path = self.server.bucket, unquote(self.path)
        bucket.requests.append(f"{path} {self.headers.get('Range')}")
        content = bucket.files.get(path)
        if bucket.statuses:
            self._apologise(bucket.statuses.pop(0))
        elif content is None:
            self._apologise(HTTPStatus.NOT_FOUND)
        else:
            self._answer(bucket, path, content)

    def _apologise(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"sorry")

    def _answer(self, bucket: Bucket, path: str, content: bytes) -> None:
        start, stop = 0, len(content)
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if bucket.ranges and wanted:
            start, stop = int(wanted[1]), min(int(wanted[2]) + 1, len(content))
            if start >= len(content):
                self._apologise(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
                return
            self.send_response(HTTPStatus.PARTIAL_CONTENT)
            self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{len(content)}")
        else:
            self.send_response(HTTPStatus.OK)
        if bucket.names_versions:
            self.send_header("ETag", f'"{hashlib.md5(content).hexdigest()}"')
        self.send_header("Content-Length", str(stop - start)) if bucket.tells_length else self._hang_up_after()
        self.end_headers()
        self._send(bucket, path, content[start:stop])

    def _hang_up_after(self) -> None:
        self.send_header("Connection", "close")
        self.close_connection = True

    def _send(self, bucket: Bucket, path: str, body: bytes) -> None:
        # A small buffer, so that what was sent is about what was received.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
        end = len(body) // 2 if bucket.stalls else bucket.cuts.pop(0) if bucket.cuts else len(body)
        for start in range(0, min(end, len(body)), 8192):
            chunk = body[start : min(start + 8192, end)]
            self.connection.sendall(chunk)
            bucket.sent[path] += len(chunk)
        if bucket.stalls:
            bucket.closing.wait()
        if end < len(body):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """The tests print nothing."""
