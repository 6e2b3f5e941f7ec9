"""Measures the accuracy on untidy drawings: held-out drawings, distorted in one way at a time.

    QUICKDRAW_DIR=folder make bench B=robustness [ARGS="--drawings 2000"]

Every drawing goes through the code of the site: strokes are rasterized; uploads are image files of a canvas of 450 ×
450 pixels. The network is the starter model. ± is 95 %, of a difference of paired predictions. Also measures
predictions of unfinished drawings. Prints Markdown.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from bench.browser_replay import TestDrawing, starter_classifier, test_drawings
from recognition.imaging.bitmap import Bitmap
from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes
from recognition.imaging.uploaded_image import image_to_bitmap
from recognition.inference.classifier import Classifier
from tests.canvas import Canvas
from training.augmentation.stroke_transforms import affine_strokes, framed, jittered, truncated, with_stray_dot

CANVAS_PIXELS = 450
SHARES = (0.25, 0.5, 0.75, 1.0)  # of the ink
Z = 1.96  # of a 95 % interval

Distort = Callable[[Strokes, np.random.Generator], Bitmap]


@dataclass(frozen=True)
class Distortion:
    name: str
    distort: Distort
    bar: float | None = None  # points that it may lose


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drawings", type=int, default=2000)
    options = parser.parse_args()
    classifier = starter_classifier()
    drawings = test_drawings(classifier.labels, options.drawings)
    plain = correct(classifier, drawings, lambda strokes, _: rasterize(strokes))
    print(f"\n{len(drawings):,} held-out drawings, {plain.mean():.1%} right as they are:\n\n{HEAD}")
    for distortion in tqdm(distortions(), unit="distortion"):
        gains = correct(classifier, drawings, distortion.distort).astype(int) - plain
        print(row(distortion, float(plain.mean()), gains), flush=True)
    print("\n| share of the ink | right | in the top 3 |\n|---|---|---|")
    for share in SHARES:
        print(unfinished_row(classifier, drawings, share), flush=True)


def correct(
    classifier: Classifier, drawings: list[TestDrawing], distort: Distort, top: int = 1
) -> npt.NDArray[np.bool_]:
    """Return which drawings have their label among the `top` predictions, bool (n,)."""
    random = np.random.default_rng(0)
    bitmaps = np.stack([distort(drawing.strokes, random) for drawing in drawings])
    likeliest = np.argsort(classifier.logits(bitmaps), axis=1)[:, -top:]
    targets = np.array([classifier.labels.index(drawing.word) for drawing in drawings])
    is_correct: npt.NDArray[np.bool_] = (likeliest == targets[:, np.newaxis]).any(axis=1)
    return is_correct


def distortions() -> list[Distortion]:
    return [
        Distortion("every pixel of a line a point", lambda strokes, _: rasterize(shaken(strokes, 0.0)), 1),
        Distortion("shaken by 1 % of its size", lambda strokes, random: rasterize(jittered(strokes, 0.01, random))),
        Distortion("in a corner of the page", lambda strokes, _: rasterize(on_page(strokes, 200, 5, 5)), 1),
        Distortion("tiny: 60 pixels", lambda strokes, _: rasterize(on_page(strokes, 60, 200, 200)), 1),
        Distortion("huge: 4,000 pixels", lambda strokes, _: rasterize(on_page(strokes, 4_000, 0, 0)), 1),
        *(turned(degrees, 2) for degrees in (-15, 15)),
        *(turned(degrees) for degrees in (-30, 30)),
        *(stretched(factor) for factor in (0.67, 1.5)),
        Distortion("mirrored", lambda strokes, _: rasterize(affine_strokes(strokes, mirrored=True))),
        Distortion("a stray dot", lambda strokes, random: rasterize(with_stray_dot(strokes, random)), 3),
        Distortion("a frame around it", lambda strokes, random: rasterize(framed(strokes, random.uniform(0.05, 0.2)))),
        *(uploaded(f"PNG, pen of {pen}", 1, pen=pen) for pen in (2, 4, 8, 16, 30, 40)),
        uploaded("PNG in a corner", 1, extent=0.4, left=0.02, top=0.02),
        uploaded("PNG, 60 pixels, pen of 3", 1, extent=60 / CANVAS_PIXELS, pen=3),
        uploaded("PNG, as large as it can be", 1, extent=0.97, left=0.015, top=0.015, pen=12),
        uploaded("PNG, red on yellow", 1, ink="#c22", paper="#ff8"),
        uploaded("PNG, white on black", 1, ink="white", paper="black"),
        uploaded("JPEG at quality 30", 1, quality=30),
        uploaded("JPEG at quality 30, light on dark", 1, quality=30, ink="#ddd", paper="#222"),
    ]


def turned(degrees: float, bar: float | None = None) -> Distortion:
    turn = math.radians(degrees)
    return Distortion(f"turned by {degrees}°", lambda strokes, _: rasterize(affine_strokes(strokes, turn)), bar)


def stretched(factor: float) -> Distortion:
    return Distortion(f"{factor} × as wide", lambda strokes, _: rasterize(affine_strokes(strokes, stretch=factor)))


def uploaded(
    name: str,
    bar: float,
    *,
    quality: int | None = None,
    pen: float = 8,
    extent: float = 0.7,
    left: float | None = None,
    top: float | None = None,
    ink: str = "black",
    paper: str = "white",
) -> Distortion:
    """Return a distortion: uploading an image, a JPEG of that quality or else a PNG.

    left, top: shares of the canvas; at random if None.
    """
    rim = pen / 2 / CANVAS_PIXELS
    extent = min(extent, 1 - 2 * rim)

    def distort(strokes: Strokes, random: np.random.Generator) -> Bitmap:
        x, y = (random.uniform(rim, 1 - extent - rim) if share is None else max(share, rim) for share in (left, top))
        canvas = Canvas(CANVAS_PIXELS, pen, x, y, extent, ink, paper)
        return image_to_bitmap(canvas.png(strokes) if quality is None else canvas.jpeg(strokes, quality))

    return Distortion(f"uploaded: {name}", distort, bar)


def on_page(strokes: Strokes, size: float, left: float, top: float) -> Strokes:
    """Return a drawing as the page sends it: in whole pixels, its larger side `size` long."""
    scale = size / 255
    return [[[round(x * scale + left) for x in xs], [round(y * scale + top) for y in ys]] for xs, ys, *_ in strokes]


def shaken(strokes: Strokes, tremor: float) -> Strokes:
    return jittered(strokes, tremor, np.random.default_rng(0))


HEAD = "| drawings | right | difference, points | may cost |\n|---|---|---|---|"


def row(distortion: Distortion, plain: float, gains: npt.NDArray[np.int_]) -> str:
    gained, margin = float(gains.mean()), Z * float(gains.std()) / math.sqrt(len(gains))
    bar = f"{distortion.bar:g}" if distortion.bar else ""
    return f"| {distortion.name} | {plain + gained:.1%} | {gained * 100:+.1f} ± {margin * 100:.1f} | {bar} |"


def unfinished_row(classifier: Classifier, drawings: list[TestDrawing], share: float) -> str:
    distort = partial(lambda strokes, _, share: rasterize(truncated(strokes, share)), share=share)
    first, three = (correct(classifier, drawings, distort, top).mean() for top in (1, 3))
    return f"| {share:.0%} | {first:.1%} | {three:.1%} |"


if __name__ == "__main__":
    main()
