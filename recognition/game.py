"""The drawing game: the choice of its words, and the results of its rounds."""

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
NEW_WORDS = 1  # at most, which the model does not know yet
ROUND_SECONDS = 20  # as in Quick, Draw!
SHOWN_OTHERS = 4  # drawings of other people, shown with the results of a round

COUNT_TTL_SECONDS = 600  # that the number of drawings per class is cached
ENOUGH_DRAWINGS = 100  # of a class; beyond, it is chosen less than half as often as one without drawings
MISSED_WEIGHT = 3.0  # how much more often a word is chosen that the model always misses than one it never misses


@dataclass(frozen=True)
class Round:
    """The result of one word."""

    word: str
    drawing: Drawing | None
    prediction: Prediction | None
    others: Sequence[Exhibit]  # drawings of the word by other people
    mistaken_for: Sequence[Exhibit]  # drawings of the class that was predicted instead

    @property
    def is_won(self) -> bool:
        return self.prediction is not None and self.prediction.label == self.word


@transaction.atomic
def start_game(contributor: Contributor) -> Game | None:
    """Store a new game with six words; return None if the champion does not know enough classes."""
    words = choose_words(np.random.default_rng())
    if not words:
        return None
    contributor.ensure_stored()
    return Game.objects.create(contributor=contributor, words=words)


def choose_words(random: np.random.Generator) -> list[str]:
    """Choose six active classes at random, more often those with few drawings or with a low recall.

    One of them is a class that the champion does not know yet, if there is any. That round cannot be won, but its
    drawing becomes training data. Returns no words if the champion knows fewer than six.
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
    counts = _accepted_counts(int(time.monotonic() // COUNT_TTL_SECONDS))
    new_words = _sample(new, [_need(counts.get(name, 0)) for name in new], NEW_WORDS, random)
    weights = [_need(counts.get(name, 0)) * _difficulty(version.metrics, name) for name in known]
    words = _sample(known, weights, ROUNDS - len(new_words), random)
    for name in new_words:
        words.insert(int(random.integers(1, ROUNDS - 1)), name)  # the first and the last word can be won
    return words


def unknown_words(game: Game) -> list[str]:
    """Return the words that the champion cannot predict: neither trained classes nor classes with a prototype."""
    try:
        model = champion()
    except NoModelInService:
        return []
    known = {*model.version.labels, *(new.label for new in model.new_classes)}
    return [word for word in game.words if word not in known]


def game_rounds(game: Game) -> list[Round]:
    """Return the result of each word, in the order of the game."""
    by_word = drawings_by_word(game)
    guesses = {word: drawing.first_prediction() for word, drawing in by_word.items()}
    mistakes = {guess.label for word, guess in guesses.items() if guess and guess.label != word}
    others = _by_others(game, {*game.words, *mistakes})
    return [_round(word, by_word.get(word), guesses.get(word), others) for word in game.words]


def drawings_by_word(game: Game) -> dict[str, Drawing]:
    """Return the newest drawing for each word, without hidden ones; words without a drawing are left out."""
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
    exhibits: dict[str, list[Exhibit]] = {}
    querysets = [by_others.filter(label=doodle_class) for doodle_class in classes]
    for pk, word in newest_of_each(querysets, SHOWN_OTHERS, "label__name"):
        exhibits.setdefault(word, []).append(Exhibit(drawing_id=pk))
    return exhibits


def _sample(names: Sequence[str], weights: Sequence[float], limit: int, random: np.random.Generator) -> list[str]:
    """Sample at most `limit` different names, with probabilities in proportion to their weights."""
    count = min(limit, len(names))
    if not count:
        return []
    probabilities = np.array(weights) / sum(weights)
    return [names[index] for index in random.choice(len(names), count, replace=False, p=probabilities)]


@lru_cache(maxsize=1)
def _accepted_counts(_: int) -> dict[str, int]:
    """Return the number of accepted drawings per class; the argument is only the cache key, a period of time."""
    accepted = Drawing.objects.accepted().filter(label__isnull=False).order_by()
    return dict(accepted.values_list("label__name").annotate(Count("pk")))


def _need(drawings: int) -> float:
    return 1 / (1 + drawings / ENOUGH_DRAWINGS)


def _difficulty(metrics: Mapping[str, Any], name: str) -> float:
    """Return a weight from 1 (recall 1, or not measured) to MISSED_WEIGHT (recall 0)."""
    recall = metrics.get("base", {}).get("classes", {}).get(name, {}).get("recall")
    return 1.0 if recall is None else 1 + (MISSED_WEIGHT - 1) * (1 - float(recall))
