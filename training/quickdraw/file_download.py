"""Fetching the first rows of one official file: only what is missing, again and again, until it is there and sound."""

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
    """One file on its way from `url` to `target`; `show` is told how many rows are there, again and again."""

    def __init__(
        self, client: httpx2.AsyncClient, url: str, target: Path, wanted: DownloadRequest, show: Callable[[int], None]
    ) -> None:
        self._client, self._url, self._target, self._wanted, self._show = client, url, target, wanted, show
        self._at_end = False  # the server has no more of it

    async def run(self, retrying: AsyncRetrying) -> None:
        """Fetch what is missing: afterwards the rows wanted are there, or all that the server has.

        Raises DownloadFailed, OSError. What came until then stays for the next run, unless it is corrupt or the disk
        full.
        """
        try:
            self._target.parent.mkdir(parents=True, exist_ok=True)
            while not self._at_end and self._missing_bytes():
                await retrying(self._advance)
            await asyncio.to_thread(self._finish)
        except OSError as error:
            if error.errno in NO_SPACE:  # the site needs some to go on storing drawings
                self._on_disk().discard()
            raise

    def _on_disk(self) -> Prefix:
        return Prefix.find(self._target)

    def _missing_bytes(self) -> int:
        return self._wanted.row_counter(self._on_disk().path).missing_bytes(self._wanted.rows)

    async def _advance(self) -> None:
        """Make one request. To be cut off is no failure as long as some bytes came."""
        before = self._on_disk()
        size = before.size
        try:
            await self._request(before)
        except Interrupted:
            after = self._on_disk()
            if not after.is_partial or after.size <= size:
                raise

    async def _request(self, prefix: Prefix) -> None:
        tally, tail = self._wanted.row_counter(prefix.path), prefix.tail()
        start, length = tally.size - len(tail), len(tail) + tally.missing_bytes(self._wanted.rows)
        async with request_range(self._client, self._url, start, length) as answer:
            await self._check_same(prefix, tail, answer)
            if answer.size == tally.size:
                self._at_end = True
                return
            with prefix.begin(answer.version).open("ab") as file:
                async for chunk in answer.chunks():
                    file.write(chunk)
                    tally.feed(chunk)
                    self._show(min(tally.rows, self._wanted.rows))
                    if not tally.missing_bytes(self._wanted.rows):
                        return
        self._see_end(answer.size, tally.size, start + length)

    async def _check_same(self, prefix: Prefix, tail: bytes, answer: RangeResponse) -> None:
        """Read what overlaps. Raises if what is on disk is not the beginning of the server's file."""
        if prefix.version in (None, answer.version) and await answer.read(len(tail)) == tail:
            return
        if prefix.is_partial:
            prefix.discard()
            raise Interrupted("the file on the server changed meanwhile")
        raise DownloadFailed(f"{self._target} does not begin like the server's file; move it away to fetch that one")

    def _see_end(self, whole: int | None, there: int, asked: int) -> None:
        """Remember whether the server has more, after an answer that was not enough."""
        self._at_end = there < asked if whole is None else there >= whole
        if not self._at_end and there < asked:
            raise Interrupted("the server hung up")

    def _finish(self) -> None:
        prefix = self._on_disk()
        if not prefix.path or not prefix.is_partial:  # the server has no more than there was
            return
        try:
            self._wanted.finish(prefix.path)
        except CorruptFile as error:
            prefix.discard()
            raise DownloadFailed(f"the server's file is corrupt: {error}") from error
        prefix.publish()
