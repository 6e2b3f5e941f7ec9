"""What people post in each lesson, and what should be recognized after it: real drawings, some of them changed."""

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

NEW_WORD = "robot"  # Quick, Draw! does not have it; what is posted as robots are its snowmen
ROBOTS = "snowman"
SPARE = 100  # drawings of each class that the base does not get: half of them to post, half to ask for
ASKED_ROBOTS = 400
WRONG = 0.3  # share of the feedback
FLOOD = 500  # wrong labels by one contributor
TURN = 255  # the size of a simplified drawing
THICKER = 8  # of 255; a line is 16 thick, so this adds half of that on two sides
SHIFTS = [(0, 0), (THICKER, 0), (0, THICKER), (THICKER, THICKER)]  # each stroke drawn so often is thicker


@dataclass(frozen=True)
class Drawn:
    strokes: Strokes
    label: str  # what it is
    said: str  # what its contributor says it is
    by: str = ""  # an account; empty: somebody who draws nothing else
    confirmed_by: tuple[str, ...] = ()  # other accounts, which try to say the same


class Stock:
    """Official drawings of some classes, the first of each kept from the base; of some classes more than of others."""

    def __init__(self, folder: Path, classes: Sequence[str], more: Mapping[str, int] | None = None) -> None:
        self.classes = classes
        self._folder = folder / "full"
        self._more = more or {}

    def save_base(self, folder: Path) -> None:
        """Write official files without the drawings that are kept."""
        (folder / "full" / "numpy_bitmap").mkdir(parents=True)
        for name in self.classes:
            file = Path("numpy_bitmap") / f"{name}.npy"
            np.save(folder / "full" / file, np.load(self._folder / file)[SPARE + self._more.get(name, 0) :])

    def strokes(self, name: str, count: int) -> list[Strokes]:
        """Return the first drawings, without those that made thicker would have too many strokes to be posted."""
        with (self._folder / "simplified" / f"{name}.ndjson").open() as lines:
            drawings = [json.loads(line)["drawing"] for line in islice(lines, count)]
        return [drawing for drawing in drawings if len(drawing) <= MAX_STROKES // len(SHIFTS)]

    def posted(self, count: int) -> list[Drawn]:
        """Return drawings of all classes in turn."""
        each = count // len(self.classes)
        return [Drawn(one, name, name) for name in self.classes for one in self.strokes(name, SPARE)[:each]]

    def unseen(self) -> list[Drawn]:
        return [Drawn(one, name, name) for name in self.classes for one in self.strokes(name, SPARE)[SPARE // 2 :]]


@dataclass(frozen=True)
class Lesson:
    title: str
    bar: str

    def drawings(self, stock: Stock) -> tuple[list[Drawn], list[Drawn]]:
        """Return what is posted, and what is asked for before and after."""
        raise NotImplementedError


@dataclass(frozen=True)
class Word(Lesson):
    count: int

    def drawings(self, stock: Stock) -> tuple[list[Drawn], list[Drawn]]:
        robots = [Drawn(one, NEW_WORD, NEW_WORD) for one in stock.strokes(ROBOTS, self.count + ASKED_ROBOTS)]
        return robots[: self.count], robots[self.count :]


@dataclass(frozen=True)
class Style(Lesson):
    """Everything turned by 90° and drawn thicker; some of it with wrong labels, which an oracle would drop."""

    count: int
    wrong: float = 0.0
    oracle: bool = False

    def drawings(self, stock: Stock) -> tuple[list[Drawn], list[Drawn]]:
        chance = random.Random(0)
        posted = [self._mislabelled(turned(one), stock.classes, chance) for one in stock.posted(self.count)]
        return [one for one in posted if one.said == one.label or not self.oracle], list(map(turned, stock.unseen()))

    def _mislabelled(self, drawn: Drawn, classes: Sequence[str], chance: random.Random) -> Drawn:
        if chance.random() >= self.wrong:
            return drawn
        return Drawn(drawn.strokes, drawn.label, chance.choice([name for name in classes if name != drawn.label]))


@dataclass(frozen=True)
class Flood(Lesson):
    """One contributor calls everything a circle."""

    def drawings(self, stock: Stock) -> tuple[list[Drawn], list[Drawn]]:
        flood = [Drawn(one.strokes, one.label, "circle", by="flooder") for one in stock.posted(FLOOD)]
        return flood, stock.unseen()


def turned(drawn: Drawn) -> Drawn:
    """Turn a drawing by 90° and draw every line three times more, a little beside itself."""
    strokes = [[[TURN - y for y in stroke[1]], list(stroke[0])] for stroke in drawn.strokes]
    thick = [[[x + right for x in xs], [y + down for y in ys]] for xs, ys in strokes for right, down in SHIFTS]
    return Drawn(thick, drawn.label, drawn.said)


LESSONS: dict[str, Lesson] = {
    "word-50": Word("a new word, 50 drawings", "85 %", 50),
    "word-200": Word("a new word, 200 drawings", "95 %", 200),
    "style-200": Style("turned and thicker, 200 drawings", "80 %", 200),
    "style-1000": Style("turned and thicker, 1,000 drawings", "90 %", 1000),
    "wrong-200": Style("the same 200, 30 % of the labels wrong", "the next line − 1.5", 200, WRONG),
    "oracle-200": Style("the same 200, the wrong ones dropped", "", 200, WRONG, oracle=True),
    "wrong-1000": Style("the same 1,000, 30 % of the labels wrong", "the next line − 1.5", 1000, WRONG),
    "oracle-1000": Style("the same 1,000, the wrong ones dropped", "", 1000, WRONG, oracle=True),
    "flood": Flood("500 wrong labels by one contributor", "as before"),
}
