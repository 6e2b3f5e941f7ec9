"""HTTP clients of a site that breaks; some send requests all the time in a thread."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import httpx2

TIMEOUT_SECONDS = 20.0


class Client:
    """A browser or a program; asks one host, and the next one after a request without a response."""

    def __init__(self, hosts: Sequence[str], *, first: int = 0, token: str = "") -> None:
        headers = {"Authorization": f"Token {token}"} if token else {}
        self._client = httpx2.Client(headers=headers, timeout=TIMEOUT_SECONDS)
        self._hosts, self._at = hosts, first % len(hosts)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx2.Response:
        """Send a request. Raises httpx2.TransportError if there is no response."""
        headers |= {"X-CSRFToken": self._client.cookies.get("csrftoken") or ""}
        try:
            return self._client.request(method, f"{self._hosts[self._at]}{path}", json=body, headers=headers)
        except httpx2.TransportError:
            self._at = (self._at + 1) % len(self._hosts)
            raise

    def close(self) -> None:
        self._client.close()


class BackgroundClient:
    """Sends requests in a thread, from `start` until `end`."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()
        self._client.close()

    def _work(self) -> None:
        """Send requests until `_ended` is set."""
        raise NotImplementedError
