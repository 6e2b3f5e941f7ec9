from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from recognition.game import ROUNDS, SHOWN_OTHERS, choose_words, game_rounds, start_game, unknown_words
from recognition.models import Contributor, DoodleClass, Drawing, Game, ModelVersion
from recognition.moderation import moderate
from tests.factories import make_class, make_drawing, make_prediction, make_version

pytestmark = pytest.mark.django_db

KNOWN = {"banana", "cat", "eye", "fish", "house", "star"}


@pytest.fixture
def version() -> ModelVersion:
    DoodleClass.objects.ensure(KNOWN)
    return make_version()


@pytest.fixture
def game() -> Game:
    return Game.objects.create(contributor=Contributor.objects.create(), words=["cat", "house", "star"])


def draw(game: Game, word: str, *, looks_like: str = "cat") -> Drawing:
    return make_drawing(looks_like, prompt=make_class(word), game=game, contributor=game.contributor)


def test_a_game_has_six_different_words_that_the_network_knows(version: ModelVersion) -> None:
    assert set(choose_words(np.random.default_rng(0))) == KNOWN


def test_one_word_is_of_a_class_that_the_network_does_not_know(version: ModelVersion) -> None:
    DoodleClass.objects.ensure(["giraffe", "zebra"])
    words = choose_words(np.random.default_rng(0))
    assert len(words) == len(set(words)) == ROUNDS
    assert len(set(words) - KNOWN) == 1
    assert words[0] in KNOWN


def test_the_page_is_told_which_words_cannot_be_guessed(game: Game, version: ModelVersion) -> None:
    assert unknown_words(game) == []
    game.words = ["cat", "giraffe"]
    assert unknown_words(game) == ["giraffe"]


def test_words_that_are_no_longer_offered_are_not_asked_for(version: ModelVersion) -> None:
    DoodleClass.objects.filter(name="cat").update(active=False)
    assert choose_words(np.random.default_rng(0)) == []


def test_words_that_are_missed_often_come_up_first(version: ModelVersion) -> None:
    classes = {name: {"recall": 0.1 if name == "eye" else 1.0} for name in KNOWN}
    ModelVersion.objects.update(metrics={"base": {"classes": classes}})
    random = np.random.default_rng(0)
    first = Counter(choose_words(random)[0] for _ in range(300))
    assert first.most_common(1)[0][0] == "eye"


def test_without_a_network_there_is_no_game() -> None:
    assert start_game(Contributor()) is None
    assert not Contributor.objects.exists()


def test_a_game_is_stored_with_who_plays(version: ModelVersion) -> None:
    game = start_game(contributor := Contributor())
    assert game
    assert Game.objects.get(contributor=contributor.pk).words == game.words


def test_the_rounds_come_in_order_won_lost_and_not_drawn(game: Game, version: ModelVersion) -> None:
    make_prediction(draw(game, "cat"), version)
    make_prediction(draw(game, "house"), version)
    rounds = game_rounds(game)
    assert [(one.word, one.drawing is not None, one.is_won) for one in rounds] == [
        ("cat", True, True),
        ("house", True, False),
        ("star", False, False),
    ]


def test_others_drawings_are_those_of_the_word_and_of_what_it_was_taken_for(game: Game, version: ModelVersion) -> None:
    make_prediction(draw(game, "house"), version)
    cats = [make_drawing("cat", label="cat") for _ in range(SHOWN_OTHERS + 1)]
    house = make_drawing("house", label="house")
    make_drawing("house", label="house", contributor=game.contributor)
    _, taken_for_a_cat, _ = game_rounds(game)
    assert [one.drawing_id for one in taken_for_a_cat.others] == [house.pk]
    assert [one.drawing_id for one in taken_for_a_cat.mistaken_for] == [one.pk for one in reversed(cats)][:SHOWN_OTHERS]


def test_a_hidden_drawing_is_not_shown_in_the_results(game: Game) -> None:
    moderate(draw(game, "cat"), Drawing.Moderation.HIDDEN)
    assert game_rounds(game)[0].drawing is None


def test_of_two_drawings_of_a_word_the_newer_counts(game: Game) -> None:
    draw(game, "cat")
    newer = draw(game, "cat")
    assert game_rounds(game)[0].drawing == newer
