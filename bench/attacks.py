"""Poisoning attacks: honest people post real drawings with correct labels, and 30 % of all labels are lies.

Lies are real drawings with wrong labels. Accounts cost nothing, so an attacker has as many as needed. Where the lies
are about one class, that class is the target.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice

from bench.scenarios import HELD_BACK, NEW_WORD, ROBOTS, DrawingPool, PostedDrawing, Strokes, labelled

POSTED = 1_000  # drawings, honest ones and lies
LIES = 300
TARGET, CLAIMED = "cat", "dog"
FLOODED = "circle"
SLEEPERS, SLEEPER_HISTORY = 10, 30  # accounts, and honest drawings that each posts first
COLLUDERS = 6  # accounts; more than 50 drawings of a class each would be too many
TRACING_STD = 8.0  # of 255: how far each point moves when a drawing is traced
TRACINGS = 3  # of each drawing by an adversarial attacker
NEW_WORD_DRAWINGS = 100  # honest ones

HELD_BACK_FOR_LIES = {TARGET: LIES}  # drawings that the base does not get, in addition to those of the scenarios


@dataclass(frozen=True)
class Posts:
    """The drawings to post, in this order."""

    drawings: Sequence[PostedDrawing]

    @property
    def lies(self) -> list[int]:
        """Return the indices of the drawings with a wrong label."""
        return [index for index, drawing in enumerate(self.drawings) if drawing.is_lie]


@dataclass(frozen=True)
class Attack:
    title: str
    lies: Callable[[DrawingPool], list[PostedDrawing]]
    target: str = ""  # empty: all classes
    history: bool = False  # the attackers have posted honest drawings before
    new_word: bool = False  # honest people teach the new word meanwhile
    adversarial: bool = False  # only drawings of which the network is least sure, so that no lie contradicts it

    def posts(self, pool: DrawingPool, confidences: Callable[[Sequence[PostedDrawing]], Sequence[float]]) -> Posts:
        chance = random.Random(0)
        honest = pool.to_post(POSTED - LIES)
        chance.shuffle(honest)
        if self.new_word:
            honest[:NEW_WORD_DRAWINGS] = labelled(NEW_WORD, pool.strokes(ROBOTS, NEW_WORD_DRAWINGS))
        history = _by_sleepers(honest[: SLEEPERS * SLEEPER_HISTORY]) if self.history else []
        lies = self.lies(pool)
        if self.adversarial:
            lies = _least_sure_traced(lies, confidences(lies), chance)
        rest = [*honest[len(history) :], *lies]
        chance.shuffle(rest)
        return Posts([*history, *rest])


def _by_sleepers(drawings: Sequence[PostedDrawing]) -> list[PostedDrawing]:
    accounts = _accounts("sleeper", SLEEPERS)
    return [replace(drawing, account=name) for drawing, name in zip(drawings, accounts, strict=False)]


def _accounts(prefix: str, count: int) -> Iterator[str]:
    return cycle([f"{prefix}{number}" for number in range(count)])


def _of_all_classes(pool: DrawingPool) -> list[PostedDrawing]:
    """Return drawings of all classes that honest people do not post."""
    honest = (POSTED - LIES) // len(pool.classes)
    last = honest + LIES // len(pool.classes) + 1
    return [drawing for name in pool.classes for drawing in labelled(name, pool.strokes(name, HELD_BACK)[honest:last])]


def _target_strokes(pool: DrawingPool) -> list[Strokes]:
    return pool.strokes(TARGET, HELD_BACK + LIES)[-LIES:]


def _random_labels(pool: DrawingPool) -> list[PostedDrawing]:
    chance = random.Random(1)
    others = {name: [other for other in pool.classes if other != name] for name in pool.classes}
    drawings = _of_all_classes(pool)
    return [replace(drawing, claimed=chance.choice(others[drawing.label])) for drawing in drawings][:LIES]


def _flips(pool: DrawingPool) -> list[PostedDrawing]:
    return [PostedDrawing(strokes, TARGET, CLAIMED) for strokes in _target_strokes(pool)]


def _flood(pool: DrawingPool) -> list[PostedDrawing]:
    drawings = _of_all_classes(pool)
    return [replace(drawing, claimed=FLOODED) for drawing in drawings if drawing.label != FLOODED][:LIES]


def _flood_by_one(pool: DrawingPool) -> list[PostedDrawing]:
    return [replace(drawing, account="flooder") for drawing in _flood(pool)]


def _flips_by_sleepers(pool: DrawingPool) -> list[PostedDrawing]:
    return _by_sleepers(_flips(pool))


def _flips_by_colluders(pool: DrawingPool) -> list[PostedDrawing]:
    """Each account confirms the others' labels as far as the site allows; see PostedDrawing.confirmed_by."""
    names = [f"colluder{number}" for number in range(COLLUDERS)]
    return [
        replace(drawing, account=name, confirmed_by=tuple(other for other in names if other != name))
        for drawing, name in zip(_flips(pool), cycle(names), strict=False)
    ]


def _near_copies(pool: DrawingPool) -> list[PostedDrawing]:
    chance = random.Random(2)
    [cat] = _target_strokes(pool)[:1]
    return [PostedDrawing(_traced(cat, chance), TARGET, CLAIMED) for _ in range(LIES)]


def _traced(strokes: Strokes, chance: random.Random) -> Strokes:
    return [[[value + chance.gauss(0, TRACING_STD) for value in axis] for axis in stroke] for stroke in strokes]


def _least_sure_traced(
    lies: Sequence[PostedDrawing], confidences: Sequence[float], chance: random.Random
) -> list[PostedDrawing]:
    """Return as many lies, all traced from the third of which the network is least sure."""
    order = sorted(range(len(lies)), key=lambda index: confidences[index])
    least_sure = cycle([lies[index] for index in order[: len(lies) // TRACINGS]])
    return [replace(lie, strokes=_traced(lie.strokes, chance)) for lie in islice(least_sure, len(lies))]


def _called_the_new_word(pool: DrawingPool) -> list[PostedDrawing]:
    return [PostedDrawing(strokes, TARGET, NEW_WORD) for strokes in _target_strokes(pool)]


ATTACKS = {
    "random": Attack("random labels by 300 people", _random_labels),
    "flips": Attack(f"{TARGET}s called {CLAIMED}s by 300 people", _flips, TARGET),
    "flood-by-one": Attack(f"everything called a {FLOODED} by one", _flood_by_one, FLOODED),
    "flood-by-many": Attack(f"everything called a {FLOODED} by 300 people", _flood, FLOODED),
    "sleepers": Attack(
        f"{TARGET}s called {CLAIMED}s by 10 after 30 honest ones each", _flips_by_sleepers, TARGET, history=True
    ),
    "colluders": Attack(f"{TARGET}s called {CLAIMED}s by 6 who confirm each other", _flips_by_colluders, TARGET),
    "sly": Attack(f"the {TARGET}s of which it is least sure called {CLAIMED}s", _flips, TARGET, adversarial=True),
    "near-copies": Attack(f"one {TARGET} traced 300 times, called a {CLAIMED}", _near_copies, TARGET),
    "new-word": Attack(
        f"{TARGET}s called by a word that is just being taught", _called_the_new_word, TARGET, new_word=True
    ),
}
