"""Takes the screenshots that the README shows.

    make screenshots

A separate site runs as a new one does: with the starter model in service and the sample drawings in the gallery.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.services.site import Site

FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
DRAWINGS: dict[str, Any] = json.loads((FOLDER / "drawings.json").read_text())
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")

MAX_BYTES = 200_000  # of one screenshot
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
SMALL_PHONE = PHONE | {"viewport": {"width": 360, "height": 800}}


def draw(page: Page, name: str, *pens: str, size: float = 0.66) -> None:
    """Draw with the mouse.

    pens: of the first strokes in turn; the last one draws the rest. size: share of the sheet.
    """
    strokes = DRAWINGS[name]
    box = page.locator("canvas").bounding_box()
    assert box is not None
    wide, high = (max(max(stroke[axis]) for stroke in strokes) for axis in (0, 1))
    scale = size * box["width"] / max(wide, high)
    left, top = (box["x"] + (box["width"] - wide * scale) / 2, box["y"] + (box["height"] - high * scale) / 2)
    for number, (x, y) in enumerate(strokes):
        page.get_by_role("radio", name=pens[min(number, len(pens) - 1)]).check()
        points = [(left + a * scale, top + b * scale) for a, b in zip(x, y, strict=True)]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=2)
        page.mouse.up()
    expect(page.locator(".voice__words")).to_contain_text(name)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.6)  # the face looks there


def guessed(page: Page) -> None:
    draw(page, "octopus", "Violet", "Violet", "Violet", "Ink")


def dark(page: Page) -> None:
    draw(page, "sailboat", "Orange", "Red", "Blue", "Ink")


def phone(page: Page) -> None:
    draw(page, "snail", "Orange", "Green", size=0.75)


def thanked(page: Page) -> None:
    draw(page, "cat", "Ink", "Ink", "Ink", "Green", "Green", "Ink", size=0.75)
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.locator(".voice__words")).to_contain_text("Hooray")


def asked(page: Page) -> None:
    draw(page, "giraffe", "Orange", size=0.72)
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="No").click()
    page.get_by_role("combobox").fill("ca")
    page.mouse.move(0, 0)


def gallery(page: Page) -> None:
    page.goto("/gallery/")
    page.wait_for_load_state("networkidle")


def inside(page: Page) -> None:
    page.goto("/about/#how")
    page.wait_for_load_state("networkidle")


def playing(page: Page) -> None:
    page.goto("/play/")
    page.get_by_role("button", name="Let’s play").click()
    expect(page.locator("[data-card]")).to_be_visible()


SHOTS: dict[str, tuple[dict[str, Any], Callable[[Page], None]]] = {
    "draw": (DESKTOP, guessed),
    "draw-dark": (DESKTOP | {"color_scheme": "dark"}, dark),
    "phone": (PHONE, phone),
    "phone-thanks": (PHONE | {"color_scheme": "dark"}, thanked),
    "phone-which": (SMALL_PHONE, asked),
    "gallery": (DESKTOP, gallery),
    "about": (DESKTOP, inside),
    "phone-play": (PHONE, playing),
}


def take(browser: Browser, url: str, name: str) -> None:
    options, act = SHOTS[name]
    with browser.new_context(base_url=url, reduced_motion="reduce", **options) as context:
        page = context.new_page()
        page.goto("/")
        act(page)
        page.wait_for_timeout(1000)  # milliseconds, until animations end
        save(page.screenshot(), FOLDER / f"{name}.png")


def save(screenshot: bytes, file: Path) -> None:
    picture = Image.open(io.BytesIO(screenshot)).convert("RGB")
    picture.save(file, optimize=True)
    size = file.stat().st_size
    print(f"{file.name}: {picture.width} × {picture.height}, {size / 1000:.0f} kB")
    assert size < MAX_BYTES


def main() -> None:
    with site() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name in SHOTS:
            take(browser, url, name)
        browser.close()


@contextmanager
def site() -> Iterator[str]:
    """Run a separate site with the starter model, and yield its address."""
    with tempfile.TemporaryDirectory(prefix="doodlesite-bench-") as var:
        site = Site(Path(var), f"sqlite:///{var}/db.sqlite3")
        prepare = [sys.executable, "-m", "doodlesite.prepare"]
        subprocess.run(prepare, env=site.environment, check=True, stdout=sys.stderr)
        site.start("redis", "web")
        try:
            site.wait_until_it_answers("/readyz")
            yield site.url
        finally:
            site.stop()


if __name__ == "__main__":
    main()
