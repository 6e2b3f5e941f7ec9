"""Downloads many official files in parallel; a failure of one file does not affect the others."""

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

MAX_PARALLEL_FILES = 8
MAX_ATTEMPTS = 5  # in a row without a new byte
BACKOFF_SECONDS = 0.5  # before the second attempt, about doubled before each further one


class Downloads:
    """The downloads of one command, from `url` into `folder`."""

    def __init__(self, url: str, folder: QuickDrawFolder, progress: DownloadProgress) -> None:
        self._url, self._folder, self._progress = url, folder, progress
        self._gave_up = False  # the server is unreachable: do not retry every single file

    async def run(self, requests: Sequence[DownloadRequest]) -> None:
        """Download all files; failures are reported to the progress."""
        slots = asyncio.Semaphore(MAX_PARALLEL_FILES)
        async with connect(MAX_PARALLEL_FILES) as client, asyncio.TaskGroup() as tasks:
            for request in requests:
                tasks.create_task(self._download(slots, client, request))

    async def _download(self, slots: asyncio.Semaphore, client: httpx2.AsyncClient, request: DownloadRequest) -> None:
        async with slots:
            try:
                with self._progress.file(str(request), request.rows) as show:
                    message = await self._fetch(client, request, show)
                self._progress.done(f"{request}: {message}")
            except DownloadFailed as error:
                self._gave_up = isinstance(error, Unreachable)
                self._progress.failed(f"{request}: {error}")
            except OSError as error:
                self._progress.failed(f"{request}: {error.strerror}: {error.filename or self._folder.root}")

    async def _fetch(self, client: httpx2.AsyncClient, request: DownloadRequest, show: Callable[[int], None]) -> str:
        """Fetch the missing rows of one file; return a message with the number of rows."""
        rows = self._count_rows(request)
        if rows >= request.rows:
            return f"{rows:,} rows, nothing to fetch"
        url = official_url(self._url, request.name, request.form)
        target = self._folder.find(request.name, request.form)
        target = target or self._folder.root / official_path(request.name, request.form)
        await FileDownload(client, url, target, request, show).run(self._retrying())
        self._gave_up = False
        rows = self._count_rows(request)
        return f"{rows:,} rows" + (", all there are" if rows < request.rows else "")

    def _count_rows(self, request: DownloadRequest) -> int:
        try:
            return self._folder.count_rows(request.name, request.form)
        except MissingFile:
            return 0
        except CorruptFile as error:
            raise DownloadFailed(f"{error}; move it away to fetch it again") from error

    def _retrying(self) -> AsyncRetrying:
        return AsyncRetrying(
            retry=retry_if_exception_type(Interrupted),
            wait=wait_exponential_jitter(multiplier=BACKOFF_SECONDS, jitter=BACKOFF_SECONDS),
            stop=self._stop,
            reraise=True,
        )

    def _stop(self, state: RetryCallState) -> bool:
        return self._gave_up or state.attempt_number >= MAX_ATTEMPTS


class FolderBusy(Exception):
    """Another download is writing into the folder."""


@contextmanager
def folder_lock(root: Path) -> Iterator[None]:
    """Lock the folder against a second download; creates it if needed. Raises FolderBusy, OSError."""
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
    except OSError:  # some network file systems cannot lock a folder: download without a lock there
        return
