"""Measures the accuracy that is lost between the page and the network, by drawing in Chromium.

    QUICKDRAW_DIR=folder make bench B=browser_replay [ARGS="--drawings 1000"]

The folder holds official files: line i of `full/simplified/X.ndjson` is row i of `full/numpy_bitmap/X.npy`. Test
drawings are drawn stroke by stroke with pointer events and stored with Done. The site's prediction is compared with the
same network's prediction for the official bitmap. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from playwright.sync_api import Page, Response, ViewportSize, expect, sync_playwright
from tqdm import tqdm

import bench.django_setup  # noqa: F401
from recognition.imaging.bitmap import Bitmap
from recognition.imaging.splits import Split, split_of
from recognition.imaging.strokes import Strokes
from recognition.inference.classifier import Classifier
from recognition.starter import read
from tests.browser.hand import Hand
from tests.services.site import Site
from training.quickdraw.folder import QuickDrawFolder

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
VIEWPORT: ViewportSize = {"width": 1280, "height": 800}
NO_RATE_LIMITS = {f"DOODLE_RATE_{scope}": "1000000000/s" for scope in ("DRAWINGS", "BYTES", "GUESSES")}
Z = 1.96  # of a 95 % interval


@dataclass(frozen=True)
class TestDrawing:
    word: str
    strokes: Strokes  # simplified, 256 units
    bitmap: Bitmap  # (28, 28), official


@dataclass(frozen=True)
class PredictionPair:
    """The predictions for one drawing: as drawn on the page, and as its official bitmap."""

    word: str
    drawn: str
    official: str
    drawn_recognized: bool
    official_recognized: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drawings", type=int, default=1000)
    options = parser.parse_args()
    classifier = starter_classifier()
    drawings = test_drawings(classifier.labels, options.drawings)
    with drawing_page() as page:
        pairs = [compare(page, drawing, classifier) for drawing in tqdm(drawings, unit="drawing")]
    print(as_markdown(pairs))


def starter_classifier() -> Classifier:
    model = read()
    return Classifier(model.artifact, model.labels, model.calibration)


def test_drawings(labels: tuple[str, ...], count: int) -> list[TestDrawing]:
    """Return random drawings of the test split, the same ones in every run."""
    folder = QuickDrawFolder(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")) / "full")
    drawings = [drawing for label in labels for drawing in drawings_of(folder, label)]
    return random.Random(0).sample(drawings, min(count, len(drawings)))


def drawings_of(folder: QuickDrawFolder, word: str) -> Iterator[TestDrawing]:
    for strokes, row in zip(folder.drawings(word), folder.bitmaps(word), strict=False):
        bitmap = row.reshape(28, 28)
        if split_of(bitmap) is Split.TEST:
            yield TestDrawing(word, strokes, bitmap)


@contextmanager
def drawing_page() -> Iterator[Page]:
    """Run a separate site with the starter model and open its drawing page."""
    with tempfile.TemporaryDirectory(prefix="doodlesite-bench-") as var:
        site = Site(Path(var), f"sqlite:///{var}/db.sqlite3", **NO_RATE_LIMITS)
        subprocess.run(
            [sys.executable, "-m", "doodlesite.prepare"], env=site.environment, check=True, stdout=sys.stderr
        )
        site.start("redis", "web")
        try:
            site.wait_until_it_answers("/readyz")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
                page = browser.new_page(base_url=site.url, viewport=VIEWPORT, reduced_motion="reduce")
                page.goto("/")
                yield page
                browser.close()
        finally:
            site.stop()


def compare(page: Page, drawing: TestDrawing, classifier: Classifier) -> PredictionPair:
    Hand(page).draw(drawing.strokes)
    with page.expect_response(is_stored) as response:
        page.keyboard.press("Enter")
    drawn = response.value.json()["prediction"]
    expect(page.get_by_role("button", name="Skip")).to_be_visible()
    page.keyboard.press("d")
    official = classifier.recognize(drawing.bitmap)
    return PredictionPair(drawing.word, drawn["label"], official.label, drawn["recognized"], official.recognized)


def is_stored(response: Response) -> bool:
    return response.url.endswith("/api/v1/drawings/") and response.request.method == "POST"


def as_markdown(pairs: list[PredictionPair]) -> str:
    count = len(pairs)
    lost = sum(pair.official == pair.word != pair.drawn for pair in pairs)
    gained = sum(pair.drawn == pair.word != pair.official for pair in pairs)
    loss = (lost - gained) / count
    margin = Z * sqrt(lost + gained - (lost - gained) ** 2 / count) / count  # of a difference of paired proportions
    rows = {
        "right when drawn on the page": sum(pair.drawn == pair.word for pair in pairs),
        "right on the official bitmap": sum(pair.official == pair.word for pair in pairs),
        "same prediction": sum(pair.drawn == pair.official for pair in pairs),
        "“I don't know” when drawn on the page": sum(not pair.drawn_recognized for pair in pairs),
        "“I don't know” on the official bitmap": sum(not pair.official_recognized for pair in pairs),
    }
    lines = [f"| {count:,} held-out drawings of {len({pair.word for pair in pairs})} classes | |", "|---|---|"]
    lines += [f"| {name} | {value / count:.1%} |" for name, value in rows.items()]
    lines.append(f"| lost on the way | {100 * loss:.1f} ± {100 * margin:.1f} points |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
