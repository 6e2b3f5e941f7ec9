"""Fetching many official files side by side, each for itself: what goes wrong with one does not touch the others."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential_jitter

from training.quickdraw.catalog import official_path, official_url
from training.quickdraw.download_request import DownloadRequest
from training.quickdraw.errors import CorruptFile, MissingFile
from training.quickdraw.file_download import FileDownload
from training.quickdraw.folder import QuickDrawFolder
from training.quickdraw.http_range import DownloadFailed, Interrupted, Unreachable, connect
from training.quickdraw.progress import DownloadProgress

MAX_PARALLEL_FILES = 8  # files at a time
MAX_ATTEMPTS = 5  # in a row without a single new byte
BACKOFF_SECONDS = 0.5  # seconds before the second attempt, about doubled before each further one


class Downloads:
    """All that one command fetches from `url` into `folder`."""

    def __init__(self, url: str, folder: QuickDrawFolder, progress: DownloadProgress) -> None:
        self._url, self._folder, self._progress = url, folder, progress
        self._gave_up = False  # nobody answers: do not wait for every single file

    async def run(self, wanted: Sequence[DownloadRequest]) -> None:
        """Fetch all; whatever cannot be fetched is told to the progress."""
        gate = asyncio.Semaphore(MAX_PARALLEL_FILES)
        async with connect(MAX_PARALLEL_FILES) as client, asyncio.TaskGroup() as tasks:
            for one in wanted:
                tasks.create_task(self._take_turn(gate, client, one))

    async def _take_turn(self, gate: asyncio.Semaphore, client: httpx2.AsyncClient, wanted: DownloadRequest) -> None:
        async with gate:
            try:
                with self._progress.file(str(wanted), wanted.rows) as show:
                    message = await self._fetch(client, wanted, show)
                self._progress.done(f"{wanted}: {message}")
            except DownloadFailed as error:
                self._gave_up = isinstance(error, Unreachable)
                self._progress.failed(f"{wanted}: {error}")
            except OSError as error:
                self._progress.failed(f"{wanted}: {error.strerror}: {error.filename or self._folder.root}")

    async def _fetch(self, client: httpx2.AsyncClient, wanted: DownloadRequest, show: Callable[[int], None]) -> str:
        """Make sure of the rows of one file; return in words how many there are."""
        there = self._rows_here(wanted)
        if there >= wanted.rows:
            return f"{there:,} rows, nothing to fetch"
        url = official_url(self._url, wanted.name, wanted.form)
        target = self._folder.find(wanted.name, wanted.form)
        target = target or self._folder.root / official_path(wanted.name, wanted.form)
        await FileDownload(client, url, target, wanted, show).run(self._retrying())
        self._gave_up = False
        rows = self._rows_here(wanted)
        return f"{rows:,} rows" + (", all there are" if rows < wanted.rows else "")

    def _rows_here(self, wanted: DownloadRequest) -> int:
        try:
            return self._folder.count_rows(wanted.name, wanted.form)
        except MissingFile:
            return 0
        except CorruptFile as error:
            raise DownloadFailed(f"{error}; move it away to fetch it anew") from error

    def _retrying(self) -> AsyncRetrying:
        return AsyncRetrying(
            retry=retry_if_exception_type(Interrupted),
            wait=wait_exponential_jitter(multiplier=BACKOFF_SECONDS, jitter=BACKOFF_SECONDS),
            stop=self._enough_tries,
            reraise=True,
        )

    def _enough_tries(self, state: RetryCallState) -> bool:
        return self._gave_up or state.attempt_number >= MAX_ATTEMPTS


class FolderBusy(Exception):
    """Another download writes into the folder."""


@contextmanager
def folder_lock(root: Path) -> Iterator[None]:
    """Keep a second download out of the folder, which is made if needed. Raises FolderBusy, OSError."""
    root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(root, os.O_RDONLY)
    try:
        _lock(descriptor, root)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, root: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise FolderBusy(f"another download is at work in {root}") from error
    except OSError:  # some network file systems cannot lock a folder; one download at a time is up to people there
        return
