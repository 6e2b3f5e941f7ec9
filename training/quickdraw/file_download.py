"""Downloads the first rows of one official file: fetches only missing bytes, resumes, and checks the result."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from pathlib import Path

import httpx2
from tenacity import AsyncRetrying

from training.quickdraw.download_request import DownloadRequest
from training.quickdraw.errors import CorruptFile
from training.quickdraw.http_range import DownloadFailed, Interrupted, RangeResponse, request_range
from training.quickdraw.partial import Prefix

NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class FileDownload:
    """The download of one file from `url` to `target`; calls `show` with the number of rows so far."""

    def __init__(
        self, client: httpx2.AsyncClient, url: str, target: Path, request: DownloadRequest, show: Callable[[int], None]
    ) -> None:
        self._client, self._url, self._target, self._request, self._show = client, url, target, request, show
        self._at_end = False  # the server has no more bytes

    async def run(self, retrying: AsyncRetrying) -> None:
        """Fetch missing bytes, until the file has the requested rows or the server has no more.

        Raises DownloadFailed, OSError. The partial file stays for the next run, unless it is corrupt or the disk is
        full.
        """
        try:
            self._target.parent.mkdir(parents=True, exist_ok=True)
            while not self._at_end and self._missing_bytes():
                await retrying(self._advance)
            await asyncio.to_thread(self._finish)
        except OSError as error:
            if error.errno in NO_SPACE:  # free the space: the site needs some to store drawings
                self._on_disk().discard()
            raise

    def _on_disk(self) -> Prefix:
        return Prefix.find(self._target)

    def _missing_bytes(self) -> int:
        return self._request.row_counter(self._on_disk().path).missing_bytes(self._request.rows)

    async def _advance(self) -> None:
        """Make one request. An interruption is no failure when some bytes came."""
        before = self._on_disk()
        size = before.size
        try:
            await self._fetch_range(before)
        except Interrupted:
            after = self._on_disk()
            if not after.is_partial or after.size <= size:
                raise

    async def _fetch_range(self, prefix: Prefix) -> None:
        counter, tail = self._request.row_counter(prefix.path), prefix.tail()
        start, length = counter.size - len(tail), len(tail) + counter.missing_bytes(self._request.rows)
        async with request_range(self._client, self._url, start, length) as response:
            await self._check_overlap(prefix, tail, response)
            if response.size == counter.size:
                self._at_end = True
                return
            with prefix.begin(response.version).open("ab") as file:
                async for chunk in response.chunks():
                    file.write(chunk)
                    counter.feed(chunk)
                    self._show(min(counter.rows, self._request.rows))
                    if not counter.missing_bytes(self._request.rows):
                        return
        self._detect_end(response.size, counter.size, start + length)

    async def _check_overlap(self, prefix: Prefix, tail: bytes, response: RangeResponse) -> None:
        """Compare the overlap. Raises when the bytes on disk are not the beginning of the server's file."""
        if prefix.version in (None, response.version) and await response.read(len(tail)) == tail:
            return
        if prefix.is_partial:
            prefix.discard()
            raise Interrupted("the file on the server changed meanwhile")
        raise DownloadFailed(f"{self._target} does not begin like the server's file; move it away to fetch that one")

    def _detect_end(self, file_size: int | None, size: int, requested_end: int) -> None:
        """Decide whether the server has more, after a response with too few rows."""
        self._at_end = size < requested_end if file_size is None else size >= file_size
        if not self._at_end and size < requested_end:
            raise Interrupted("the server hung up")

    def _finish(self) -> None:
        prefix = self._on_disk()
        if not prefix.path or not prefix.is_partial:  # the finished file has all that the server has
            return
        try:
            self._request.finish(prefix.path)
        except CorruptFile as error:
            prefix.discard()
            raise DownloadFailed(f"the server's file is corrupt: {error}") from error
        prefix.publish()
