"""The game: which words it asks for, and what came of each round."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count

from recognition.models import Contributor, DoodleClass, Drawing, Exhibit, Game, Prediction
from recognition.moderation import newest_of_each
from recognition.serving.model_loader import NoModelInService, champion

ROUNDS = 6
NEW = 1  # words of a game that the network need not know
SECONDS = 20  # a round; as in Quick, Draw!
OTHERS = 4  # drawings of other people beside one's own

COUNTED_FOR = 600  # seconds that the numbers of drawings are remembered
ENOUGH = 100  # drawings of a class, from which on more are not needed that much
OFTEN_MISSED = 3.0  # how much likelier a word that is always missed comes up than one that never is


@dataclass(frozen=True)
class Round:
    """What came of one word."""

    word: str
    drawing: Drawing | None  # None: nothing was drawn
    prediction: Prediction | None
    others: Sequence[Exhibit]  # of the same word, by other people
    mistaken_for: Sequence[Exhibit]  # of the word that it was taken for

    @property
    def is_won(self) -> bool:
        return self.prediction is not None and self.prediction.label == self.word


@transaction.atomic
def start_game(contributor: Contributor) -> Game | None:
    """Store a game with six words; None when the network in service does not know that many."""
    words = choose_words(np.random.default_rng())
    if not words:
        return None
    contributor.ensure_stored()
    return Game.objects.create(contributor=contributor, words=words)


def choose_words(random: np.random.Generator) -> list[str]:
    """Draw six of the active classes; those that the network needs drawings of, or misses, come up oftener.

    One of them is a class that it does not know yet, where there is any: a round that cannot be won, but teaches.
    """
    try:
        version = champion().version
    except NoModelInService:
        return []
    active = list(DoodleClass.objects.active().values_list("name", flat=True))
    known = [name for name in active if name in version.labels]
    new = [name for name in active if name not in version.labels]
    if len(known) < ROUNDS:
        return []
    counts = _accepted(int(time.monotonic() // COUNTED_FOR))
    to_learn = _draw(new, [_need(counts.get(name, 0)) for name in new], NEW, random)
    weights = [_need(counts.get(name, 0)) * _difficulty(version.metrics, name) for name in known]
    words = _draw(known, weights, ROUNDS - len(to_learn), random)
    for name in to_learn:
        words.insert(int(random.integers(1, ROUNDS - 1)), name)  # first and last come words that can be won
    return words


def unknown_words(game: Game) -> list[str]:
    """Return the words that nobody could guess today: the network does not know them and has not just learnt them."""
    try:
        network = champion()
    except NoModelInService:
        return []
    known = {*network.version.labels, *(new.label for new in network.newcomers)}
    return [word for word in game.words if word not in known]


def rounds_of(game: Game) -> list[Round]:
    """Return what came of each word, in order."""
    by_word = drawings_of(game)
    guesses = {word: drawing.first_prediction() for word, drawing in by_word.items()}
    mistakes = {guess.label for word, guess in guesses.items() if guess and guess.label != word}
    others = _by_others(game, {*game.words, *mistakes})
    return [_round(word, by_word.get(word), guesses.get(word), others) for word in game.words]


def drawings_of(game: Game) -> dict[str, Drawing]:
    """Return what was drawn for each word, of several the newest. A hidden drawing counts as not drawn."""
    drawings = game.drawings.filter(moderation__in=("", "approved")).select_related("prompt").with_predictions()
    return {drawing.prompt.name: drawing for drawing in reversed(drawings) if drawing.prompt}


def _round(
    word: str, drawing: Drawing | None, guess: Prediction | None, others: Mapping[str, Sequence[Exhibit]]
) -> Round:
    mistake = guess.label if guess and guess.label != word else ""
    return Round(word, drawing, guess, others.get(word, ()), others.get(mistake, ()))


def _by_others(game: Game, words: set[str]) -> dict[str, list[Exhibit]]:
    """Return the newest drawings of each word in the gallery, without the player's own."""
    by_others = Exhibit.objects.exclude(contributor=game.contributor_id)
    classes = DoodleClass.objects.filter(name__in=words)
    found: dict[str, list[Exhibit]] = {}
    for pk, word in newest_of_each([by_others.filter(label=one) for one in classes], OTHERS, "label__name"):
        found.setdefault(word, []).append(Exhibit(drawing_id=pk))
    return found


def _draw(names: Sequence[str], weights: Sequence[float], most: int, random: np.random.Generator) -> list[str]:
    """Draw at most so many different names, those of more weight oftener."""
    count = min(most, len(names))
    if not count:
        return []
    shares = np.array(weights) / sum(weights)
    return [names[index] for index in random.choice(len(names), count, replace=False, p=shares)]


@lru_cache(maxsize=1)
def _accepted(_: int) -> dict[str, int]:
    """Count the accepted drawings of each class; a new number counts anew."""
    accepted = Drawing.objects.accepted().filter(label__isnull=False).order_by()
    return dict(accepted.values_list("label__name").annotate(Count("pk")))


def _need(drawings: int) -> float:
    return 1 / (1 + drawings / ENOUGH)


def _difficulty(metrics: Mapping[str, Any], name: str) -> float:
    """Return 1 for a class that is always recognized, more for one that is missed; 1 where that was not measured."""
    recall = metrics.get("base", {}).get("classes", {}).get(name, {}).get("recall")
    return 1.0 if recall is None else 1 + (OFTEN_MISSED - 1) * (1 - float(recall))
