"""Who asks the site while things break: over HTTP, and what does so all the time in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import httpx2

PATIENCE = 20.0  # seconds for an answer


class Client:
    """A browser or a program whose proxy sends it to one host, and to the next when that does not answer."""

    def __init__(self, hosts: Sequence[str], *, first: int = 0, token: str = "") -> None:
        headers = {"Authorization": f"Token {token}"} if token else {}
        self._client = httpx2.Client(headers=headers, timeout=PATIENCE)
        self._hosts, self._at = hosts, first % len(hosts)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx2.Response:
        """Raises httpx2.TransportError when there is no answer."""
        headers |= {"X-CSRFToken": self._client.cookies.get("csrftoken") or ""}
        try:
            return self._client.request(method, f"{self._hosts[self._at]}{path}", json=body, headers=headers)
        except httpx2.TransportError:
            self._at = (self._at + 1) % len(self._hosts)
            raise

    def close(self) -> None:
        self._client.close()


class Meanwhile:
    """Asks the site in a thread, from `start` until `end`."""

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
        """Ask until `_ended` is set."""
        raise NotImplementedError
