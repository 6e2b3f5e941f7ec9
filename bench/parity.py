"""How close our pictures of drawings are to the official ones, and how many answers the difference changes.

    QUICKDRAW_DIR=folder python -m bench.parity

Pixels and time are measured on the pairs in `folder/parity`, beside Pillow at 16× in the same run; answers are the
starter model's on held-out drawings, from official files in `folder/full`. Prints Markdown. What a hand on the page
adds: `bench.browser_replay`; what images and other distortions do: `bench.robustness`.
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

from bench.browser_replay import HeldOut, held_out, starter
from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.canvas import CANVAS_SIDE, LINE_WIDTH, place_on_canvas
from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes
from recognition.inference.classifier import Classifier
from tests import parity

Draw = Callable[[Strokes], Bitmap]
FINER = 16  # what Pillow draws on before it is reduced, as it smooths no lines
Z = 1.96  # standard deviations either side that hold 95 %


@dataclass(frozen=True)
class Pixels:
    """What one way to draw gives on the parity pairs."""

    error: float  # mean absolute, of 255
    identical: float  # share of the bitmaps
    milliseconds: float  # of processor time a drawing, in the fastest of some rounds


@dataclass(frozen=True)
class Answers:
    """What the network says about held-out drawings, beside what it says about their official bitmaps."""

    right: float
    gained: float  # share of right answers more than on the official bitmaps
    margin: float  # of the gain, 95 %
    same: float
    error: float  # of the pixels, mean absolute, of 255


def main() -> None:
    pairs, classifier = parity.read(), starter()
    drawings = held_out(classifier.labels, 1_000_000)
    ways: dict[str, Draw] = {
        "ours": rasterize,
        "ours, strokes moved and enlarged": lambda strokes: rasterize(moved(strokes)),
        "Pillow at 16×": pillow,
    }
    print_pixels({name: pixels(draw, pairs) for name, draw in tqdm(ways.items(), unit="way")}, len(pairs.words))
    from_strokes = {name: answers(classifier, drawings, draw) for name, draw in tqdm(ways.items(), unit="way")}
    print_answers(from_strokes, len(drawings))


def pixels(draw: Draw, pairs: parity.Parity, rounds: int = 5, share: int = 1000) -> Pixels:
    difference = np.abs(np.stack([draw(strokes) for strokes in pairs.strokes]).astype(int) - pairs.bitmaps)
    times = []
    for _ in range(rounds):
        started = time.process_time()
        for strokes in pairs.strokes[:share]:
            draw(strokes)
        times.append((time.process_time() - started) / share * 1000)
    return Pixels(float(difference.mean()), float((difference.max(axis=(1, 2)) == 0).mean()), min(times))


def answers(classifier: Classifier, drawings: list[HeldOut], draw: Draw) -> Answers:
    official = np.stack([drawing.bitmap for drawing in drawings])
    ours = np.stack([draw(drawing.strokes) for drawing in drawings])
    words = np.array([drawing.word for drawing in drawings])
    expected, said = guesses(classifier, official), guesses(classifier, ours)
    gains = (said == words).astype(int) - (expected == words)
    return Answers(
        right=float((said == words).mean()),
        gained=float(gains.mean()),
        margin=Z * float(gains.std()) / sqrt(len(gains)),
        same=float((said == expected).mean()),
        error=float(np.abs(ours.astype(int) - official).mean()),
    )


def guesses(classifier: Classifier, bitmaps: Bitmap) -> npt.NDArray[np.str_]:
    said: npt.NDArray[np.str_] = np.array(classifier.labels)[classifier.logits(bitmaps).argmax(axis=1)]
    return said


def moved(strokes: Strokes) -> Strokes:
    """Return a drawing as it might come from a screen: in other units, somewhere else."""
    return [[[x * 1.37 + 41.3 for x in stroke[0]], [y * 1.37 + 17.9 for y in stroke[1]]] for stroke in strokes]


def pillow(strokes: Strokes) -> Bitmap:
    """Draw strokes as the official renderer does, as well as Pillow can."""
    scale = SIZE * FINER / CANVAS_SIDE
    sheet = Image.new("L", (SIZE * FINER, SIZE * FINER))
    pen, radius = ImageDraw.Draw(sheet), LINE_WIDTH * scale / 2
    for points in place_on_canvas(strokes):
        scaled = [(x * scale, y * scale) for x, y in points]
        pen.line(scaled, fill=255, width=round(2 * radius), joint="curve")
        for x, y in (scaled[0], scaled[-1]):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.reduce(FINER))


def print_pixels(rows: dict[str, Pixels], count: int) -> None:
    print(f"\n{count:,} pairs of official strokes and official bitmaps:\n")
    print("| drawn by | mean error of 255 | identical | processor time a drawing |\n|---|---|---|---|")
    for name, row in rows.items():
        print(f"| {name} | {row.error:.3f} | {row.identical:.1%} | {row.milliseconds:.2f} ms |")


def print_answers(rows: dict[str, Answers], count: int) -> None:
    print(f"\n{count:,} held-out drawings, against the answers to their official bitmaps:\n")
    print("| drawing comes as | right | difference, points | same answer | mean error of 255 |\n|---|---|---|---|---|")
    for name, row in rows.items():
        gained = f"{row.gained * 100:+.2f} ± {row.margin * 100:.2f}"
        print(f"| {name} | {row.right:.1%} | {gained} | {row.same:.1%} | {row.error:.2f} |")


if __name__ == "__main__":
    main()
