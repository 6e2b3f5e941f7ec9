from __future__ import annotations

import json
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.request import Request, urlopen

from tests.factories import make_version, strokes_of
from tests.services.site import Site

EVERY = 0.2  # seconds


class Recognizing:
    """Has a drawing recognized again and again while the body runs; `failures` says what was not answered."""

    def __init__(self, site: Site, promote: Callable[[], object] = make_version) -> None:
        self._site = site
        self._promote = promote
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._draw)
        self.answered = 0
        self.failures: list[str] = []

    def __enter__(self) -> Self:
        self._promote()
        self._site.start("web")
        self._site.wait_until_it_answers("/readyz")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def _draw(self) -> None:
        body = json.dumps({"drawings": [{"strokes": strokes_of("cat")}]}).encode()
        headers = {"Content-Type": "application/json"}
        while not self._stopped.wait(EVERY):
            try:
                with urlopen(Request(f"{self._site.url}/api/v1/guesses/", body, headers), timeout=30):
                    self.answered += 1
            except OSError as error:
                self.failures.append(str(error))
