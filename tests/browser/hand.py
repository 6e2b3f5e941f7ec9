"""Draws on the page as a person does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Locator, Page

DATA = Path(__file__).parent.parent / "data"
DRAWINGS: dict[str, Any] = json.loads((DATA / "drawings.json").read_text())  # real ones, as in Quick, Draw!
CAT: list[list[list[float]]] = DRAWINGS["cat"]
HOUSE: list[list[list[float]]] = DRAWINGS["house"]

Visit = Callable[..., Page]  # the fixture `visit`

SIDE = 256  # of the simplified drawings
MARGIN = 0.15  # of the sheet


def words(page: Page) -> Locator:
    """Return what the page says."""
    return page.locator(".voice__words")


class Hand:
    """Maps points of a 256-unit drawing to the middle of the sheet."""

    def __init__(self, page: Page) -> None:
        self.page = page
        box = page.locator("canvas").bounding_box()
        assert box is not None
        self._left, self._top, self._width = box["x"], box["y"], box["width"]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where on the page the point (x, y) of a drawing is."""
        scale = self._width * (1 - 2 * MARGIN) / SIDE
        return self._left + self._width * MARGIN + x * scale, self._top + self._width * MARGIN + y * scale

    def down(self, x: float, y: float) -> None:
        self.page.mouse.move(*self.at(x, y))
        self.page.mouse.down()

    def move(self, x: float, y: float) -> None:
        self.page.mouse.move(*self.at(x, y))

    def up(self) -> None:
        self.page.mouse.up()

    def stroke(self, xs: list[float], ys: list[float]) -> None:
        self.down(xs[0], ys[0])
        for x, y in zip(xs[1:], ys[1:], strict=True):
            self.move(x, y)
        self.up()

    def draw(self, strokes: list[list[list[float]]]) -> None:
        for stroke in strokes:
            self.stroke(stroke[0], stroke[1])


class Stylus:
    """Draws with a pen."""

    def __init__(self, page: Page) -> None:
        self._hand = Hand(page)
        self._chromium: CDPSession = page.context.new_cdp_session(page)

    def send(self, kind: str, x: float, y: float) -> None:
        """Send mousePressed, mouseMoved or mouseReleased, as Chromium calls what a pen does."""
        left, top = self._hand.at(x, y)
        pen = {"pointerType": "pen", "button": "left", "buttons": 1, "clickCount": 1}
        self._chromium.send("Input.dispatchMouseEvent", {"type": kind, "x": left, "y": top} | pen)


class Fingers:
    """Touches the sheet; a finger is known by its number. Playwright has none, so Chromium is told directly."""

    def __init__(self, page: Page) -> None:
        self._hand = Hand(page)
        self._chromium: CDPSession = page.context.new_cdp_session(page)

    def touch(self, kind: str, **fingers: tuple[float, float]) -> None:
        """Send touchStart, touchMove or touchEnd; `fingers` are all that touch then: `one=(x, y), two=(x, y)`."""
        numbers = {"one": 1, "two": 2}
        points = []
        for name, place in fingers.items():
            x, y = self._hand.at(*place)
            points.append({"id": numbers[name], "x": x, "y": y, "radiusX": 10, "radiusY": 10})
        self._chromium.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
