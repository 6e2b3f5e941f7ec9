"""How well the starter model says "I don't know": sheets, dots, scribbles, letters, drawings of what it never learnt.

    QUICKDRAW_DIR=folder make bench B=honesty

Each kind is told from held-out real drawings by certainty, as the page and the API do. Scribbles are strokes of
held-out drawings thrown together; letters are written as images and uploaded, some of them like a class (an O is a
circle); unknown drawings are of classes that were neither learnt nor shown as outliers. Prints Markdown.
"""

from __future__ import annotations

import os
import string
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import bench.configured  # noqa: F401
from bench.browser_replay import starter
from bench.quality import base_class
from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split
from recognition.imaging.uploaded_image import image_to_bitmap
from recognition.inference.classifier import Classifier
from recognition.inference.results import Calibration
from tests.canvas import encoded
from training.augmentation.outliers import random_stroke_scribbles
from training.data.dataset import Dataset
from training.data.drawing_index import Drawings, Pixels
from training.evaluation.metrics import compute_metrics, predict_drawings
from training.evaluation.ood import auroc, ood_metrics, unseen_class_drawings
from training.quickdraw.folder import QuickDrawFolder

SCRIBBLES = 3_000
HANDS = 10  # that write each letter
LETTER = 150  # pixels high
COMPARED = ("scribbles", "letters and digits", "unknown classes")
SOFTENINGS = (1, 1.5, 2, 3, 5)


def main() -> None:
    folder = QuickDrawFolder(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")))
    classifier = starter()
    dataset = Dataset([base_class(folder, name, rows_per_class=0) for name in classifier.labels], waiting={})
    real = dataset.base[Split.TEST]
    answers = predict_drawings(classifier, real, classifier.labels)
    figures = compute_metrics(answers)
    print(f"\n{figures['count']:,} held-out drawings: {figures['top1']:.1%} right, expected calibration error")
    print(f"{figures['ece']:.2%}, {figures['rejected']:.1%} answered with “I don't know”.\n\n{HEAD}")
    kinds = foreign(folder, classifier)
    for name, pixels in kinds.items():
        print(row(name, classifier, real, pixels), flush=True)
    of_kinds = [classifier.probabilities(kinds[name].reshape(-1, SIZE, SIZE)) for name in COMPARED]
    print(f"\nAUROC by how much hotter than confidence certainty is:\n\n{BY_SOFTENING}")
    for softening in SOFTENINGS:
        certainty = Calibration(softening=softening).certainty
        told = [auroc(certainty(answers.probabilities), certainty(foreigners)) for foreigners in of_kinds]
        print(f"| {softening:g} | {' | '.join(f'{share:.3f}' for share in told)} |", flush=True)


def foreign(folder: QuickDrawFolder, classifier: Classifier) -> dict[str, Pixels]:
    return {
        "blank sheets": np.zeros((1, SIZE * SIZE), np.uint8),
        "one to three dots": pictures(dots()),
        "scribbles": random_stroke_scribbles(Split.TEST, folder, classifier.labels, SCRIBBLES, seed=0),
        "letters and digits": pictures(letters()),
        "unknown classes": unseen_class_drawings(folder, classifier.labels),
    }


def pictures(bitmaps: Iterator[Bitmap]) -> Pixels:
    return np.array([bitmap.reshape(SIZE * SIZE) for bitmap in bitmaps])


def dots() -> Iterator[Bitmap]:
    """Tap a sheet once, twice, three times."""
    random = np.random.default_rng(0)
    for count in (1, 2, 3):
        for _ in range(100):
            x, y = random.uniform(0, 0.4, (2, count))
            yield rasterize([[[float(right)], [float(down)]] for right, down in zip(x, y, strict=True)])


def letters() -> Iterator[Bitmap]:
    """Write letters and digits in print, each time leaning a little differently, and upload them."""
    random = np.random.default_rng(0)
    font = ImageFont.load_default(size=LETTER)
    for letter in string.ascii_letters + string.digits:
        for _ in range(HANDS):
            sheet = Image.new("RGB", (2 * LETTER, 2 * LETTER), "white")
            ImageDraw.Draw(sheet).text((LETTER, LETTER), letter, "black", font, anchor="mm")
            yield image_to_bitmap(encoded(sheet.rotate(random.uniform(-10, 10), fillcolor="white")))


BY_SOFTENING = f"| softening | {' | '.join(COMPARED)} |\n|{'---|' * (len(COMPARED) + 1)}"
HEAD = """| what | how many | “I don't know” | told from drawings (AUROC) | pass where 95 % of drawings pass |
|---|---|---|---|---|"""


def row(name: str, classifier: Classifier, real: Drawings, pixels: Pixels) -> str:
    rejected = np.mean([not classifier.recognize(picture).recognized for picture in pixels.reshape(-1, SIZE, SIZE)])
    figures = ood_metrics(classifier, real, pixels)
    told = "before it is asked" if rejected == 1 else f"{figures['auroc']:.3f}"
    passing = "" if rejected == 1 else f"{figures['false_positives']:.1%}"
    return f"| {name} | {len(pixels):,} | {rejected:.1%} | {told} | {passing} |"


if __name__ == "__main__":
    main()
