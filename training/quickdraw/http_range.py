"""HTTP range requests for the official files, for servers with and without support for ranges."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx2

TIMEOUT = httpx2.Timeout(30.0, connect=10.0, pool=None)  # seconds without a byte
RETRYABLE_STATUSES = {408, 425, 429, 500, 502, 503, 504}


class DownloadFailed(Exception):
    """A file could not be fetched; the message is one line for people."""


class Interrupted(DownloadFailed):
    """The request failed, but a retry may succeed."""


class Unreachable(Interrupted):
    """The server cannot be reached at all."""


class RangeResponse:
    """A server's response to a request for a file's bytes from `start` on."""

    def __init__(self, response: httpx2.Response, start: int) -> None:
        self._response = response
        self._incoming = self._from(start)
        self._ahead = b""
        self.size = _size(response)  # bytes of the whole file; None if the server does not say
        self.version = self._version()

    def _version(self) -> str:
        """Return an identifier of the file's version, from its ETag or modification date and its size."""
        headers = self._response.headers
        named = headers.get("ETag") or headers.get("Last-Modified") or ""
        return hashlib.sha256(f"{named} {self.size}".encode()).hexdigest()[:12]

    async def _from(self, start: int) -> AsyncIterator[bytes]:
        if self._response.status_code == httpx2.codes.RANGE_NOT_SATISFIABLE:
            return  # the body is an error page, not the file
        # A server without ranges sends the whole file: skip the bytes before `start`.
        skip = start if self._response.status_code == httpx2.codes.OK else 0
        async for chunk in self._response.aiter_raw():
            yield chunk[skip:]
            skip = max(0, skip - len(chunk))

    async def read(self, length: int) -> bytes:
        """Read the next `length` bytes, fewer if the response ends before."""
        while len(self._ahead) < length and (chunk := await anext(self._incoming, None)) is not None:
            self._ahead += chunk
        data, self._ahead = self._ahead[:length], self._ahead[length:]
        return data

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the unread bytes as they arrive. A server without ranges sends them to the end of the file."""
        yield self._ahead
        async for chunk in self._incoming:
            yield chunk


def is_http_url(url: str) -> bool:
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        return False
    return parsed.scheme in ("http", "https") and bool(parsed.host)


def connect(connections: int) -> httpx2.AsyncClient:
    """Return a client that makes up to `connections` requests at a time."""
    limits = httpx2.Limits(max_connections=connections)
    return httpx2.AsyncClient(timeout=TIMEOUT, limits=limits, follow_redirects=True)


@asynccontextmanager
async def request_range(client: httpx2.AsyncClient, url: str, start: int, length: int) -> AsyncIterator[RangeResponse]:
    """Request `length` bytes from `start` on; leaving the context closes the connection.

    Raises Unreachable, Interrupted, DownloadFailed, also while the bytes arrive.
    """
    headers = {"Range": f"bytes={start}-{start + length - 1}", "Accept-Encoding": "identity"}
    with _readable_errors(url):
        async with client.stream("GET", url, headers=headers) as response:
            _check(response, start)
            yield RangeResponse(response, start)


@contextmanager
def _readable_errors(url: str) -> Iterator[None]:
    host = httpx2.URL(url).netloc.decode()
    try:
        yield
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError) as error:
        raise Unreachable(f"cannot reach {host} ({error or 'no answer'})") from error
    except httpx2.TimeoutException as error:
        raise Interrupted(f"{host} sent nothing for {TIMEOUT.read:.0f} seconds") from error
    except httpx2.RequestError as error:
        raise Interrupted(f"the connection to {host} was cut ({error})") from error


def _check(response: httpx2.Response, start: int) -> None:
    status = response.status_code
    if status == httpx2.codes.NOT_FOUND:
        raise DownloadFailed(f"the server does not have it (404): {response.url}")
    if status in RETRYABLE_STATUSES:
        raise Interrupted(f"the server answered {status} {response.reason_phrase}")
    if status not in (httpx2.codes.OK, httpx2.codes.PARTIAL_CONTENT, httpx2.codes.RANGE_NOT_SATISFIABLE):
        raise DownloadFailed(f"the server answered {status} {response.reason_phrase}: {response.url}")
    if status == httpx2.codes.PARTIAL_CONTENT and _range(response)[0] != str(start):
        raise DownloadFailed(f"the server sent other bytes than it was asked for: {response.url}")


def _range(response: httpx2.Response) -> tuple[str, str]:
    """Return the first byte and the file size from the Content-Range header, each "" when missing."""
    match = re.fullmatch(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)", response.headers.get("Content-Range", ""))
    return (match[1] or "", match[2].strip("*")) if match else ("", "")


def _size(response: httpx2.Response) -> int | None:
    if response.status_code == httpx2.codes.OK:
        size = response.headers.get("Content-Length", "")
    else:
        _, size = _range(response)
    return int(size) if size.isdecimal() else None
