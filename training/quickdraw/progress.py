"""What a download shows: a bar for every file on its way, a bar for the whole, a line for whatever went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


class DownloadProgress:
    """Bars on standard error where that is a terminal; lines through `complain` and `tell` anywhere."""

    def __init__(self, files: int, tell: Callable[[str], None], complain: Callable[[str], None]) -> None:
        self.failures = 0
        self._tell, self._complain = tell, complain
        self._whole = tqdm(total=files, desc="files", unit="file", disable=None)

    @contextmanager
    def file(self, name: str, rows: int) -> Iterator[Callable[[int], None]]:
        """Show the bar of one file; the function is to be told how many rows are there."""
        try:
            with tqdm(total=rows, desc=name, unit="row", unit_scale=True, leave=False, disable=None) as bar:
                yield lambda there: _move(bar, there)
        finally:
            self._whole.update()

    def done(self, message: str) -> None:
        with tqdm.external_write_mode():
            self._tell(message)

    def failed(self, message: str) -> None:
        self.failures += 1
        with tqdm.external_write_mode():
            self._complain(message)

    def close(self) -> None:
        self._whole.close()


def _move(bar: tqdm, there: int) -> None:
    bar.update(there - bar.n)
