"""Compares our bitmaps of drawings with the official ones, and the predictions for both.

    QUICKDRAW_DIR=folder make bench B=parity

Pixels and time are measured on the pairs in `folder/parity`, and with Pillow at 16× in the same run. Predictions are
the starter model's on held-out drawings, from official files in `folder/full`. Prints Markdown. For drawing in a
browser see `bench.browser_replay`; for images and other distortions `bench.robustness`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from tqdm import tqdm

from bench.browser_replay import TestDrawing, starter_classifier, test_drawings
from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.canvas import CANVAS_SIDE, LINE_WIDTH, place_on_canvas
from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes
from recognition.inference.classifier import Classifier
from tests import parity
from training.data.near_copies import NEAR_COPY_COSINE, ORIGINAL_COSINE, unit_vectors

Draw = Callable[[Strokes], Bitmap]
PILLOW_SCALE = 16  # Pillow draws enlarged, and the bitmap is reduced, because it does not antialias lines
Z = 1.96  # of a 95 % interval


@dataclass(frozen=True)
class PixelParity:
    """The result of one renderer on the parity pairs."""

    error: float  # mean absolute, of 255
    identical: float  # share of the bitmaps
    milliseconds: float  # of processor time per drawing, in the fastest round


@dataclass(frozen=True)
class PredictionParity:
    """Predictions for held-out drawings by one renderer, compared with those for their official bitmaps."""

    right: float  # share
    gained: float  # share of right predictions, minus that for the official bitmaps
    margin: float  # of the gain, 95 %
    same: float  # share of identical predictions
    error: float  # of the pixels, mean absolute, of 255


def main() -> None:
    pairs, classifier = parity.read(), starter_classifier()
    drawings = test_drawings(classifier.labels, 1_000_000)
    renderers: dict[str, Draw] = {
        "ours": rasterize,
        "ours, strokes moved and enlarged": lambda strokes: rasterize(moved(strokes)),
        "Pillow at 16×": render_with_pillow,
    }
    pixels = {name: pixel_parity(draw, pairs) for name, draw in tqdm(renderers.items(), unit="renderer")}
    print_pixels(pixels, len(pairs.words))
    print_near_copies(pairs)
    predictions = {
        name: prediction_parity(classifier, drawings, draw) for name, draw in tqdm(renderers.items(), unit="renderer")
    }
    print_predictions(predictions, len(drawings))


def pixel_parity(draw: Draw, pairs: parity.Parity, rounds: int = 5, timed: int = 1000) -> PixelParity:
    difference = np.abs(np.stack([draw(strokes) for strokes in pairs.strokes]).astype(int) - pairs.bitmaps)
    times = []
    for _ in range(rounds):
        started = time.process_time()
        for strokes in pairs.strokes[:timed]:
            draw(strokes)
        times.append((time.process_time() - started) / timed * 1000)
    return PixelParity(float(difference.mean()), float((difference.max(axis=(1, 2)) == 0).mean()), min(times))


def prediction_parity(classifier: Classifier, drawings: list[TestDrawing], draw: Draw) -> PredictionParity:
    official = np.stack([drawing.bitmap for drawing in drawings])
    ours = np.stack([draw(drawing.strokes) for drawing in drawings])
    words = np.array([drawing.word for drawing in drawings])
    expected, predicted = predict(classifier, official), predict(classifier, ours)
    gains = (predicted == words).astype(int) - (expected == words)
    return PredictionParity(
        right=float((predicted == words).mean()),
        gained=float(gains.mean()),
        margin=Z * float(gains.std()) / sqrt(len(gains)),
        same=float((predicted == expected).mean()),
        error=float(np.abs(ours.astype(int) - official).mean()),
    )


def predict(classifier: Classifier, bitmaps: Bitmap) -> npt.NDArray[np.str_]:
    labels: npt.NDArray[np.str_] = np.array(classifier.labels)[classifier.logits(bitmaps).argmax(axis=1)]
    return labels


def moved(strokes: Strokes) -> Strokes:
    """Return a drawing in other units and at another place, as it might come from a screen."""
    return [[[x * 1.37 + 41.3 for x in stroke[0]], [y * 1.37 + 17.9 for y in stroke[1]]] for stroke in strokes]


def render_with_pillow(strokes: Strokes) -> Bitmap:
    """Draw strokes as the official renderer does, as well as Pillow can."""
    scale = SIZE * PILLOW_SCALE / CANVAS_SIDE
    sheet = Image.new("L", (SIZE * PILLOW_SCALE, SIZE * PILLOW_SCALE))
    pen, radius = ImageDraw.Draw(sheet), LINE_WIDTH * scale / 2
    for points in place_on_canvas(strokes):
        scaled = [(x * scale, y * scale) for x, y in points]
        pen.line(scaled, fill=255, width=round(2 * radius), joint="curve")
        for x, y in (scaled[0], scaled[-1]):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.reduce(PILLOW_SCALE))


def print_pixels(rows: dict[str, PixelParity], count: int) -> None:
    print(f"\n{count:,} pairs of official strokes and official bitmaps:\n")
    print("| drawn by | mean error of 255 | identical | processor time a drawing |\n|---|---|---|---|")
    for name, row in rows.items():
        print(f"| {name} | {row.error:.3f} | {row.identical:.1%} | {row.milliseconds:.2f} ms |")


def print_near_copies(pairs: parity.Parity) -> None:
    """Print how alike the bitmap drawn from the strokes and the official one are to the search for near copies."""
    ours = np.stack([rasterize(strokes) for strokes in pairs.strokes])
    cosines = (unit_vectors(ours) * unit_vectors(pairs.bitmaps)).sum(axis=1)  # (n,)
    below = " and ".join(f"{(cosines < bar).sum()} below {bar}" for bar in (NEAR_COPY_COSINE, ORIGINAL_COSINE))
    print(f"\nCosine similarity of each pair at half size: at least {cosines.min():.3f}, {below}.")


def print_predictions(rows: dict[str, PredictionParity], count: int) -> None:
    print(f"\n{count:,} held-out drawings, compared with the predictions for their official bitmaps:\n")
    print(
        "| drawing comes as | right | difference, points | same prediction | mean error of 255 |\n|---|---|---|---|---|"
    )
    for name, row in rows.items():
        gained = f"{row.gained * 100:+.2f} ± {row.margin * 100:.2f}"
        print(f"| {name} | {row.right:.1%} | {gained} | {row.same:.1%} | {row.error:.2f} |")


if __name__ == "__main__":
    main()
