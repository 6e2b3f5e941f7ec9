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

from recognition.champion import NoModelInService, champion
from recognition.models import Contributor, DoodleClass, Drawing, Exhibit, Game, Prediction

ROUNDS = 6
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
    """Draw six of the active classes that the network knows; those it needs drawings of, or misses, come up oftener."""
    try:
        version = champion().version
    except NoModelInService:
        return []
    names = list(DoodleClass.objects.active().filter(name__in=version.labels).values_list("name", flat=True))
    if len(names) < ROUNDS:
        return []
    counts = _accepted(int(time.monotonic() // COUNTED_FOR))
    weights = np.array([_need(counts.get(name, 0)) * _difficulty(version.metrics, name) for name in names])
    return [names[index] for index in random.choice(len(names), ROUNDS, replace=False, p=weights / weights.sum())]


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
    newest = [by_others.filter(label=one).values("pk")[:OTHERS] for one in DoodleClass.objects.filter(name__in=words)]
    if not newest:
        return {}
    # One small search of an index for each word; all of them in one condition would read the whole table.
    fields = "drawn_at", "pk", "label__name"
    first, *rest = (Exhibit.objects.filter(pk__in=pks).order_by().values_list(*fields) for pks in newest)
    found: dict[str, list[Exhibit]] = {}
    for _, pk, word in sorted(first.union(*rest, all=True), reverse=True):
        found.setdefault(word, []).append(Exhibit(drawing_id=pk))
    return found


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
