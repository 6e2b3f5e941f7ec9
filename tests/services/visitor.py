"""Somebody who uses a site over HTTP, from outside of its processes and its database."""

from __future__ import annotations

from typing import Any, Self

import httpx2

from recognition.imaging.strokes import Strokes
from tests.factories import strokes_of
from tests.services.site import PATIENCE


class Visitor:
    """A browser, or a program if there is a token; keeps its cookies. Answers that are no success raise."""

    def __init__(self, url: str, *, token: str = "", cookies: httpx2.Cookies | None = None, **options: Any) -> None:
        headers = {"Authorization": f"Token {token}"} if token else {}
        self._client = httpx2.Client(base_url=url, headers=headers, cookies=cookies, **{"timeout": PATIENCE} | options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def cookies(self) -> httpx2.Cookies:
        return self._client.cookies

    def get(self, path: str) -> httpx2.Response:
        return self._client.get(path).raise_for_status()

    def is_refused(self, path: str) -> bool:
        return self._client.get(path).is_client_error

    def post(self, path: str, body: object) -> Any:
        headers = {"X-CSRFToken": self.cookies.get("csrftoken") or "", "Referer": f"{self._client.base_url}"}
        return self._client.post(path, json=body, headers=headers).raise_for_status().json()

    def draw(self, word: str = "cat") -> Any:
        """Have a drawing recognized and stored."""
        return self.post("/api/v1/drawings/", {"strokes": strokes_of(word)})

    def guess(self, strokes: Strokes | None = None) -> Any:
        """Have a drawing recognized, which is not stored."""
        body = {"drawings": [{"strokes": strokes or strokes_of("cat")}]}
        (guess,) = self.post("/api/v1/guesses/", body)["guesses"]
        return guess
