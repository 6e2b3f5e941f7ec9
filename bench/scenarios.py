"""The scenarios of `bench.feedback_loop`: the drawings that people post, and the drawings to recognize afterwards.

All are official drawings, some of them transformed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from recognition.imaging.strokes import MAX_STROKES

Strokes = list[list[list[float]]]

NEW_WORD = "robot"  # not a Quick, Draw! class; its snowmen are posted as robots
ROBOTS = "snowman"
HELD_BACK = 100  # drawings of each class that the base does not get: half of them to post, half to recognize
TEST_ROBOTS = 400
WRONG_SHARE = 0.3  # of the labels
FLOOD_LABELS = 500  # wrong labels by one contributor
SIZE = 255  # of a simplified drawing
THICKENING = 8  # of 255; a line is 16 thick, so this adds half of that on two sides
SHIFTS = [(0, 0), (THICKENING, 0), (0, THICKENING), (THICKENING, THICKENING)]  # a copy of each stroke, shifted


@dataclass(frozen=True)
class PostedDrawing:
    strokes: Strokes
    label: str  # the true one
    claimed: str  # the label that its contributor gives
    account: str = ""  # empty: a contributor without other drawings
    confirmed_by: tuple[str, ...] = ()  # other accounts that try to give the same label

    @property
    def is_lie(self) -> bool:
        return self.claimed != self.label


class DrawingPool:
    """Official drawings of some classes, the first of each held back from the base.

    held_back: drawings to hold back in addition to HELD_BACK, by class.
    """

    def __init__(self, folder: Path, classes: Sequence[str], held_back: Mapping[str, int] | None = None) -> None:
        self.classes = classes
        self._folder = folder / "full"
        self._held_back = held_back or {}

    def save_base(self, folder: Path) -> None:
        """Write official files without the drawings that are held back."""
        (folder / "full" / "numpy_bitmap").mkdir(parents=True)
        for name in self.classes:
            file = Path("numpy_bitmap") / f"{name}.npy"
            base = np.load(self._folder / file)[HELD_BACK + self._held_back.get(name, 0) :]
            np.save(folder / "full" / file, base)

    def strokes(self, name: str, count: int) -> list[Strokes]:
        """Return the first drawings of a class, without those that would have too many strokes once thickened."""
        with (self._folder / "simplified" / f"{name}.ndjson").open() as lines:
            drawings = [json.loads(line)["drawing"] for line in islice(lines, count)]
        return [drawing for drawing in drawings if len(drawing) <= MAX_STROKES // len(SHIFTS)]

    def to_post(self, count: int) -> list[PostedDrawing]:
        """Return drawings with correct labels, equally many of each class."""
        per_class = count // len(self.classes)
        return [
            drawing for name in self.classes for drawing in labelled(name, self.strokes(name, HELD_BACK)[:per_class])
        ]

    def to_recognize(self) -> list[PostedDrawing]:
        """Return drawings that are never posted."""
        half = HELD_BACK // 2
        return [drawing for name in self.classes for drawing in labelled(name, self.strokes(name, HELD_BACK)[half:])]


def labelled(label: str, drawings: Sequence[Strokes]) -> list[PostedDrawing]:
    """Return drawings with a correct label."""
    return [PostedDrawing(strokes, label, label) for strokes in drawings]


@dataclass(frozen=True)
class Scenario:
    title: str
    bar: str

    def drawings(self, pool: DrawingPool) -> tuple[list[PostedDrawing], list[PostedDrawing]]:
        """Return the drawings to post, and the drawings to recognize before and after the retraining."""
        raise NotImplementedError


@dataclass(frozen=True)
class NewWordScenario(Scenario):
    """Drawings of a class that the network does not know."""

    count: int

    def drawings(self, pool: DrawingPool) -> tuple[list[PostedDrawing], list[PostedDrawing]]:
        robots = labelled(NEW_WORD, pool.strokes(ROBOTS, self.count + TEST_ROBOTS))
        return robots[: self.count], robots[self.count :]


@dataclass(frozen=True)
class StyleScenario(Scenario):
    """All drawings turned by 90° and thickened, some with wrong labels; an oracle drops these."""

    count: int
    wrong_share: float = 0.0
    oracle: bool = False

    def drawings(self, pool: DrawingPool) -> tuple[list[PostedDrawing], list[PostedDrawing]]:
        chance = random.Random(0)
        posted = [self._mislabelled(turned(drawing), pool.classes, chance) for drawing in pool.to_post(self.count)]
        kept = [drawing for drawing in posted if not (self.oracle and drawing.is_lie)]
        return kept, [turned(drawing) for drawing in pool.to_recognize()]

    def _mislabelled(self, drawing: PostedDrawing, classes: Sequence[str], chance: random.Random) -> PostedDrawing:
        if chance.random() >= self.wrong_share:
            return drawing
        wrong = chance.choice([name for name in classes if name != drawing.label])
        return PostedDrawing(drawing.strokes, drawing.label, wrong)


@dataclass(frozen=True)
class FloodScenario(Scenario):
    """One contributor labels every drawing as a circle."""

    def drawings(self, pool: DrawingPool) -> tuple[list[PostedDrawing], list[PostedDrawing]]:
        flood = [
            PostedDrawing(drawing.strokes, drawing.label, "circle", account="flooder")
            for drawing in pool.to_post(FLOOD_LABELS)
        ]
        return flood, pool.to_recognize()


def turned(drawing: PostedDrawing) -> PostedDrawing:
    """Turn a drawing by 90° and thicken it: three shifted copies of each line are added."""
    strokes = [[[SIZE - y for y in stroke[1]], list(stroke[0])] for stroke in drawing.strokes]
    thick = [[[x + right for x in xs], [y + down for y in ys]] for xs, ys in strokes for right, down in SHIFTS]
    return PostedDrawing(thick, drawing.label, drawing.claimed)


SCENARIOS: dict[str, Scenario] = {
    "word-50": NewWordScenario("a new word, 50 drawings", "85 %", 50),
    "word-200": NewWordScenario("a new word, 200 drawings", "95 %", 200),
    "style-200": StyleScenario("turned and thicker, 200 drawings", "80 %", 200),
    "style-1000": StyleScenario("turned and thicker, 1,000 drawings", "90 %", 1000),
    "wrong-200": StyleScenario("the same 200, 30 % of the labels wrong", "the next line − 1.5", 200, WRONG_SHARE),
    "oracle-200": StyleScenario("the same 200, the wrong ones dropped", "", 200, WRONG_SHARE, oracle=True),
    "wrong-1000": StyleScenario("the same 1,000, 30 % of the labels wrong", "the next line − 1.5", 1000, WRONG_SHARE),
    "oracle-1000": StyleScenario("the same 1,000, the wrong ones dropped", "", 1000, WRONG_SHARE, oracle=True),
    "flood": FloodScenario("500 wrong labels by one contributor", "as before"),
}
