"""Measures how well the starter model detects out-of-distribution inputs and says "I don't know".

    QUICKDRAW_DIR=folder make bench B=ood

The inputs are blank sheets, dots, scribbles, letters and drawings of unknown classes. Each kind is separated from
held-out real drawings by certainty, as the page and the API do. Scribbles combine random strokes of held-out drawings.
Letters are uploaded as images; some look like a class (an O is a circle). Unknown classes were neither learnt nor shown
as outliers. Prints Markdown.
"""

from __future__ import annotations

import os
import string
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import bench.django_setup  # noqa: F401
from bench.browser_replay import starter_classifier
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
LETTER_VARIANTS = 10
LETTER_PIXELS = 150  # height
COMPARED = ("scribbles", "letters and digits", "unknown classes")
SOFTENINGS = (1, 1.5, 2, 3, 5)


def main() -> None:
    folder = QuickDrawFolder(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")))
    classifier = starter_classifier()
    dataset = Dataset([base_class(folder, name, rows_per_class=0) for name in classifier.labels], waiting={})
    real = dataset.base[Split.TEST]
    answers = predict_drawings(classifier, real, classifier.labels)
    metrics = compute_metrics(answers)
    print(f"\n{metrics['count']:,} held-out drawings: {metrics['top1']:.1%} right, expected calibration error")
    print(f"{metrics['ece']:.2%}, {metrics['rejected']:.1%} answered with “I don't know”.\n\n{HEAD}")
    kinds = ood_inputs(folder, classifier)
    for name, pixels in kinds.items():
        print(row(name, classifier, real, pixels), flush=True)
    real_probabilities = np.concatenate(
        [classifier.probabilities(pixels.reshape(-1, SIZE, SIZE)) for pixels, _ in real.batches()]
    )
    compared = [name for name in COMPARED if name in kinds]
    ood_probabilities = [classifier.probabilities(kinds[name].reshape(-1, SIZE, SIZE)) for name in compared]
    head = f"| softening | {' | '.join(compared)} |\n|{'---|' * (len(compared) + 1)}"
    print(f"\nAUROC by the factor on the calibrated temperature:\n\n{head}")
    for softening in SOFTENINGS:
        certainty = Calibration(softening=softening).certainty
        aurocs = [auroc(certainty(real_probabilities), certainty(ood)) for ood in ood_probabilities]
        print(f"| {softening:g} | {' | '.join(f'{value:.3f}' for value in aurocs)} |", flush=True)


def ood_inputs(folder: QuickDrawFolder, classifier: Classifier) -> dict[str, Pixels]:
    kinds = {
        "blank sheets": np.zeros((1, SIZE * SIZE), np.uint8),
        "one to three dots": flattened(dots()),
        "scribbles": random_stroke_scribbles(Split.TEST, folder, classifier.labels, SCRIBBLES, seed=0),
        "letters and digits": flattened(letters()),
        "unknown classes": unseen_class_drawings(folder, classifier.labels),
    }
    return {name: pixels for name, pixels in kinds.items() if len(pixels)}  # a model may know all of the classes


def flattened(bitmaps: Iterator[Bitmap]) -> Pixels:
    return np.array([bitmap.reshape(SIZE * SIZE) for bitmap in bitmaps])


def dots() -> Iterator[Bitmap]:
    """Yield sheets with one, two and three dots, 100 of each."""
    random = np.random.default_rng(0)
    for count in (1, 2, 3):
        for _ in range(100):
            x, y = random.uniform(0, 0.4, (2, count))
            yield rasterize([[[float(right)], [float(down)]] for right, down in zip(x, y, strict=True)])


def letters() -> Iterator[Bitmap]:
    """Yield printed letters and digits, rotated at random by up to 10° and uploaded as images."""
    random = np.random.default_rng(0)
    font = ImageFont.load_default(size=LETTER_PIXELS)
    for letter in string.ascii_letters + string.digits:
        for _ in range(LETTER_VARIANTS):
            sheet = Image.new("RGB", (2 * LETTER_PIXELS, 2 * LETTER_PIXELS), "white")
            ImageDraw.Draw(sheet).text((LETTER_PIXELS, LETTER_PIXELS), letter, "black", font, anchor="mm")
            yield image_to_bitmap(encoded(sheet.rotate(random.uniform(-10, 10), fillcolor="white")))


HEAD = """| what | how many | “I don't know” | AUROC against drawings | accepted where 95 % of drawings are |
|---|---|---|---|---|"""


def row(name: str, classifier: Classifier, real: Drawings, pixels: Pixels) -> str:
    rejected = np.mean([not classifier.recognize(picture).recognized for picture in pixels.reshape(-1, SIZE, SIZE)])
    metrics = ood_metrics(classifier, real, pixels)
    auroc_cell = "rejected before inference" if rejected == 1 else f"{metrics['auroc']:.3f}"
    accepted = "" if rejected == 1 else f"{metrics['false_positives']:.1%}"
    return f"| {name} | {len(pixels):,} | {rejected:.1%} | {auroc_cell} | {accepted} |"


if __name__ == "__main__":
    main()
