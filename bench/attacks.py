"""Who poisons what people teach the site: honest people post real drawings, and 30 % of all that is posted are lies.

The lies are real drawings, too, with wrong labels. An account costs nothing, so a liar has as many as he likes. Where
the lies are about one class, that is the target.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice

from bench.scenarios import NEW_WORD, ROBOTS, SPARE, Drawn, Stock, Strokes

FEEDBACK = 1_000
LIES = 300
TARGET, CALLED = "cat", "dog"
FLOODED = "circle"
SLEEPERS, HISTORY = 10, 30  # accounts, and honest drawings that each posts first
COLLUDERS = 6  # accounts; more than 50 drawings of a class each would be too many
WOBBLE = 8.0  # of 255: standard deviation by which each point of a drawing is moved when it is traced again
TRACED = 3  # times that a sly liar traces each drawing
WORDS = 100  # honest drawings of the new word

MORE = {TARGET: LIES}  # drawings that the base does not get, beside those that it does not get for the lessons


@dataclass(frozen=True)
class Posts:
    """What is posted, in this order, and which of it are lies: those whose label is not what they are."""

    drawings: Sequence[Drawn]

    @property
    def lies(self) -> list[int]:
        return [index for index, drawn in enumerate(self.drawings) if drawn.said != drawn.label]


@dataclass(frozen=True)
class Attack:
    title: str
    lies: Callable[[Stock], list[Drawn]]
    target: str = ""  # the class that it is about; empty: all of them
    history: bool = False  # the liars have posted honest drawings before
    word: bool = False  # honest people teach the new word meanwhile
    sly: bool = False  # the liars tell no lie that contradicts a network which is sure

    def posts(self, stock: Stock, confidences: Callable[[Sequence[Drawn]], Sequence[float]]) -> Posts:
        chance = random.Random(0)
        honest = stock.posted(FEEDBACK - LIES)
        chance.shuffle(honest)
        if self.word:
            honest[:WORDS] = [Drawn(one, NEW_WORD, NEW_WORD) for one in stock.strokes(ROBOTS, WORDS)]
        before = _by_sleepers(honest[: SLEEPERS * HISTORY]) if self.history else []
        lies = self.lies(stock)
        if self.sly:
            lies = _traced(lies, confidences(lies), chance)
        rest = [*honest[len(before) :], *lies]
        chance.shuffle(rest)
        return Posts([*before, *rest])


def _by_sleepers(drawings: Sequence[Drawn]) -> list[Drawn]:
    return [replace(drawn, by=name) for drawn, name in zip(drawings, _names("sleeper", SLEEPERS), strict=False)]


def _names(kind: str, count: int) -> Iterator[str]:
    return cycle([f"{kind}{number}" for number in range(count)])


def _of_all(stock: Stock) -> list[Drawn]:
    """Return drawings of all classes that honest people do not post."""
    honest = (FEEDBACK - LIES) // len(stock.classes)
    each = LIES // len(stock.classes)
    return [
        Drawn(one, name, name)
        for name in stock.classes
        for one in stock.strokes(name, SPARE)[honest : honest + each + 1]
    ]


def _cats(stock: Stock) -> list[Strokes]:
    return stock.strokes(TARGET, SPARE + LIES)[-LIES:]


def _at_random(stock: Stock) -> list[Drawn]:
    chance = random.Random(1)
    others = {name: [other for other in stock.classes if other != name] for name in stock.classes}
    return [replace(one, said=chance.choice(others[one.label])) for one in _of_all(stock)][:LIES]


def _flips(stock: Stock) -> list[Drawn]:
    return [Drawn(one, TARGET, CALLED) for one in _cats(stock)]


def _flood(stock: Stock) -> list[Drawn]:
    return [replace(one, said=FLOODED) for one in _of_all(stock) if one.label != FLOODED][:LIES]


def _flood_by_one(stock: Stock) -> list[Drawn]:
    return [replace(one, by="flooder") for one in _flood(stock)]


def _flips_by_sleepers(stock: Stock) -> list[Drawn]:
    return _by_sleepers(_flips(stock))


def _flips_by_colluders(stock: Stock) -> list[Drawn]:
    """Each confirms what the others say as far as the site lets him; see Drawn.confirmed_by."""
    names = [f"colluder{number}" for number in range(COLLUDERS)]
    return [
        replace(drawn, by=name, confirmed_by=tuple(other for other in names if other != name))
        for drawn, name in zip(_flips(stock), cycle(names), strict=False)
    ]


def _near_copies(stock: Stock) -> list[Drawn]:
    chance = random.Random(2)
    [cat] = _cats(stock)[:1]
    return [Drawn(_traced_again(cat, chance), TARGET, CALLED) for _ in range(LIES)]


def _traced_again(strokes: Strokes, chance: random.Random) -> Strokes:
    return [[[value + chance.gauss(0, WOBBLE) for value in axis] for axis in stroke] for stroke in strokes]


def _traced(lies: Sequence[Drawn], confidences: Sequence[float], chance: random.Random) -> list[Drawn]:
    """Return as many, all made of the third of which the network is least sure, each traced several times."""
    order = sorted(range(len(lies)), key=lambda index: confidences[index])
    chosen = cycle([lies[index] for index in order[: len(lies) // TRACED]])
    return [replace(one, strokes=_traced_again(one.strokes, chance)) for one in islice(chosen, len(lies))]


def _words(stock: Stock) -> list[Drawn]:
    return [Drawn(one, TARGET, NEW_WORD) for one in _cats(stock)]


ATTACKS = {
    "random": Attack("random labels by 300 people", _at_random),
    "flips": Attack(f"{TARGET}s called {CALLED}s by 300 people", _flips, TARGET),
    "flood-by-one": Attack(f"everything called a {FLOODED} by one", _flood_by_one, FLOODED),
    "flood-by-many": Attack(f"everything called a {FLOODED} by 300 people", _flood, FLOODED),
    "sleepers": Attack(f"{TARGET}s called {CALLED}s by 10 after 30 honest ones each", _flips_by_sleepers, TARGET, True),
    "colluders": Attack(f"{TARGET}s called {CALLED}s by 6 who confirm each other", _flips_by_colluders, TARGET),
    "sly": Attack(f"the {TARGET}s of which it is least sure called {CALLED}s", _flips, TARGET, sly=True),
    "near-copies": Attack(f"one {TARGET} traced 300 times, called a {CALLED}", _near_copies, TARGET),
    "new-word": Attack(f"{TARGET}s called by a word that is just taught", _words, TARGET, word=True),
}
