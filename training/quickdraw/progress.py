"""The progress of downloads: a bar for each file, a bar for all files, and a line for each failure."""

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
        """Show the bar of one file; call the yielded function with the number of rows so far."""
        try:
            with tqdm(total=rows, desc=name, unit="row", unit_scale=True, leave=False, disable=None) as bar:
                yield lambda rows_done: _set_position(bar, rows_done)
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


def _set_position(bar: tqdm, rows_done: int) -> None:
    bar.update(rows_done - bar.n)
