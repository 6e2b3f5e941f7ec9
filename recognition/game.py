"""The drawing game: the choice of its words, and the results of its rounds."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count

from recognition.imaging.sketch import Sketch
from recognition.imaging.strokes import Strokes
from recognition.models import ClassTally, Contributor, DoodleClass, Drawing, Exhibit, Game, ModelVersion, Prediction
from recognition.moderation import newest_of_each
from recognition.serving.model_loader import NoModelInService, champion
from recognition.serving.predict import predict_by

ROUNDS = 6
NEW_WORDS = 1  # at most, which the model does not know yet
ROUND_SECONDS = 20  # as in Quick, Draw!
WINNING_RANK = 3  # of the word among the guesses; the browser's pixels may differ a little from the server's
SHOWN_OTHERS = 4  # drawings of other people, shown with the results of a round

COUNT_TTL_SECONDS = 600  # that the number of drawings per class is cached
ENOUGH_DRAWINGS = 100  # of a class; beyond, it is chosen less than half as often as one without drawings

# A first game has words that people can draw and the model recognizes; each further game reaches for harder ones.
EASIEST_WORDS = 60  # from which the words of a first game are chosen
HARDER_WORDS = 30  # that each further game adds; the eleventh may ask for any of 345
TESTED_AT_MOST = 20  # test drawings of a class that count, so that as many judged answers weigh the same
PRIOR_DRAWINGS = 5  # of the average class that every class counts in addition, because its own may be few


@dataclass(frozen=True)
class Round:
    """The result of one word."""

    word: str
    drawing: Drawing | None
    prediction: Prediction | None
    others: Sequence[Exhibit] = ()  # drawings of the word by other people
    mistaken_for: Sequence[Exhibit] = ()  # drawings of the class that was predicted instead

    @property
    def is_won(self) -> bool:
        """Tell whether the word was guessed: while it was drawn, or from the finished drawing."""
        is_won = self.drawing is not None and self.drawing.won
        return is_won or (self.prediction is not None and self.prediction.label == self.word)

    @property
    def mistake(self) -> str:
        """The class that the drawing was taken for; empty for a round that is won or blank."""
        return "" if self.is_won or self.prediction is None else self.prediction.label


@transaction.atomic
def start_game(contributor: Contributor) -> Game | None:
    """Store a new game with six words; return None if the champion does not know enough classes."""
    words = choose_words(contributor)
    if not words:
        return None
    contributor.ensure_stored()
    return Game.objects.create(contributor=contributor, words=words)


def choose_words(contributor: Contributor) -> list[str]:
    """Choose six active classes, the easiest first; the same ones until the player has started another game.

    A newcomer gets easy words, and each game that they have started adds harder ones. Among these, classes with few
    drawings are chosen more often. One of the six is a class that the champion does not know yet, if there is any. That
    round cannot be won, but its drawing becomes training data. Returns no words if the champion knows fewer than six.
    """
    try:
        version = champion().version
    except NoModelInService:
        return []
    labels = set(version.labels)
    active = list(DoodleClass.objects.active().values_list("name", flat=True))
    known = easiest_first((name for name in active if name in labels), version)
    new = [name for name in active if name not in labels]
    if len(known) < ROUNDS:
        return []
    played = Game.objects.filter(contributor=contributor.pk).count()
    random = np.random.default_rng([contributor.pk.int, played])
    counts = _accepted_counts(int(time.monotonic() // COUNT_TTL_SECONDS))
    reachable = known[: EASIEST_WORDS + HARDER_WORDS * played]
    new_words = _sample(new, counts, NEW_WORDS, random)
    words = sorted(_sample(reachable, counts, ROUNDS - len(new_words), random), key=reachable.index)
    for name in new_words:
        words.insert(int(random.integers(1, ROUNDS - 1)), name)  # the first and the last word can be won
    return words


def easiest_first(names: Iterable[str], version: ModelVersion) -> list[str]:
    """Return classes by how often the version recognizes people's drawings of them, the most often first.

    That is its recall on test drawings together with what people judged, also in the rounds of the game.
    """
    measured = (version.metrics.get("base") or {}).get("classes", {})
    tallies = ClassTally.objects.filter(version=version.number, judged__gt=0)
    judged = {label: (right, count) for label, right, count in tallies.values_list("label", "right", "judged")}
    counts = {name: _recognized(measured.get(name, {}), *judged.get(name, (0, 0))) for name in names}
    average = sum(right for right, _ in counts.values()) / max(1, sum(drawings for _, drawings in counts.values()))

    def share(name: str) -> float:
        right, drawings = counts[name]
        return (right + PRIOR_DRAWINGS * average) / (drawings + PRIOR_DRAWINGS)

    return sorted(counts, key=lambda name: (-share(name), name))


def unfinished_game(contributor: Contributor) -> tuple[Game, list[str]] | None:
    """Return the game that the contributor started last, and its drawn words, if some are missing."""
    game = Game.objects.filter(contributor=contributor.pk).first()
    if game is None or set(game.words) <= set(drawn := drawn_words(game)):
        return None
    return game, drawn


def drawn_words(game: Game) -> list[str]:
    """Return the words with a stored drawing."""
    return list(game.drawings.filter(prompt__isnull=False).order_by().values_list("prompt__name", flat=True))


def unknown_words(game: Game) -> list[str]:
    """Return the words that the champion cannot predict: neither trained classes nor classes with a prototype."""
    try:
        model = champion()
    except NoModelInService:
        return []
    known = {*model.version.labels, *(new.label for new in model.new_classes)}
    return [word for word in game.words if word not in known]


def is_won(finished: Sketch, guessed: Sketch, word: str, version: int, contributor: Contributor) -> bool:
    """Tell whether a guess won a round, so that a browser alone cannot say so.

    guessed: the strokes that the winning guess was about, which the finished drawing begins with.
    version: number of the version that guessed; it must rank the word among its best three.
    """
    if not _begins_with(finished.strokes or [], guessed.strokes or []):
        return False
    try:
        top = predict_by(version, guessed, contributor).top
    except NoModelInService:
        return False
    return word in [guess["label"] for guess in top[:WINNING_RANK]]


def _begins_with(finished: Strokes, guessed: Strokes) -> bool:
    """Tell whether a drawing is an earlier one with, at most, a longer last stroke and one stroke more."""
    if not guessed or not 0 <= len(finished) - len(guessed) <= 1:
        return False
    *before, last = guessed
    *same, longer = finished[: len(guessed)]
    return same == before and [axis[: len(last[0])] for axis in longer] == last


def game_rounds(game: Game) -> list[Round]:
    """Return the result of each word, in the order of the game."""
    by_word = drawings_by_word(game)
    guesses = {word: drawing.first_prediction() for word, drawing in by_word.items()}
    rounds = [Round(word, by_word.get(word), guesses.get(word)) for word in game.words]
    mistakes = {played.mistake for played in rounds} - {""}
    others = _by_others(game, {*game.words, *mistakes})
    return [
        replace(played, others=others.get(played.word, ()), mistaken_for=others.get(played.mistake, ()))
        for played in rounds
    ]


def drawings_by_word(game: Game) -> dict[str, Drawing]:
    """Return the newest drawing for each word, without hidden ones; words without a drawing are left out."""
    drawings = game.drawings.filter(moderation__in=("", "approved")).select_related("prompt").with_predictions()
    return {drawing.prompt.name: drawing for drawing in reversed(drawings) if drawing.prompt}


def _by_others(game: Game, words: set[str]) -> dict[str, list[Exhibit]]:
    """Return the newest drawings of each word in the gallery, without the player's own."""
    by_others = Exhibit.objects.exclude(contributor=game.contributor_id)
    classes = DoodleClass.objects.filter(name__in=words)
    exhibits: dict[str, list[Exhibit]] = {}
    querysets = [by_others.filter(label=doodle_class) for doodle_class in classes]
    for pk, word in newest_of_each(querysets, SHOWN_OTHERS, "label__name"):
        exhibits.setdefault(word, []).append(Exhibit(drawing_id=pk))
    return exhibits


def _recognized(measured: Mapping[str, Any], right: int, judged: int) -> tuple[float, int]:
    """Add a class's test drawings to what people judged; return how many were recognized, and how many there are."""
    tested = min(int(measured.get("support", 0)), TESTED_AT_MOST)
    return right + (measured.get("recall") or 0.0) * tested, judged + tested


def _sample(names: Sequence[str], counts: Mapping[str, int], limit: int, random: np.random.Generator) -> list[str]:
    """Sample at most `limit` different names, those with few drawings more often. counts: drawings by name."""
    count = min(limit, len(names))
    if not count:
        return []
    weights = np.array([1 / (1 + counts.get(name, 0) / ENOUGH_DRAWINGS) for name in names])
    chosen = random.choice(len(names), count, replace=False, p=weights / weights.sum())
    return [names[index] for index in chosen]


@lru_cache(maxsize=1)
def _accepted_counts(_: int) -> dict[str, int]:
    """Return the number of accepted drawings per class; the argument is only the cache key, a period of time."""
    accepted = Drawing.objects.accepted().filter(label__isnull=False).order_by()
    return dict(accepted.values_list("label__name").annotate(Count("pk")))
