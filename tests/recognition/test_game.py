from __future__ import annotations

import pytest

from recognition.game import (
    ROUNDS,
    SHOWN_OTHERS,
    choose_words,
    easiest_first,
    game_rounds,
    start_game,
    unknown_words,
)
from recognition.models import ClassTally, Contributor, DoodleClass, Drawing, Game, ModelVersion
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


def measure(version: ModelVersion, recalls: dict[str, float], *, drawings: int = 20) -> None:
    """Store the recall of classes, each measured on so many test drawings."""
    classes = {name: {"support": drawings, "recall": recall} for name, recall in recalls.items()}
    version.metrics = {"base": {"classes": classes}}
    version.save(update_fields=["metrics"])


@pytest.fixture
def easy_to_hard(version: ModelVersion, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words from the easiest to the hardest. A game has two; a first one chooses from three, the next from five."""
    for name, value in {"ROUNDS": 2, "EASIEST_WORDS": 3, "HARDER_WORDS": 2}.items():
        monkeypatch.setattr(f"recognition.game.{name}", value)
    words = ["banana", "cat", "star", "fish", "house", "eye"]
    measure(version, {word: 1 - number / 10 for number, word in enumerate(words)})
    return words


def draw(game: Game, word: str, *, looks_like: str = "cat") -> Drawing:
    return make_drawing(looks_like, prompt=make_class(word), game=game, contributor=game.contributor)


def test_a_game_has_six_different_words_that_the_network_knows(version: ModelVersion) -> None:
    assert set(choose_words(Contributor())) == KNOWN


def test_one_word_is_of_a_class_that_the_network_does_not_know(version: ModelVersion) -> None:
    DoodleClass.objects.ensure(["giraffe", "zebra"])
    words = choose_words(Contributor())
    assert len(words) == len(set(words)) == ROUNDS
    assert len(set(words) - KNOWN) == 1
    assert words[0] in KNOWN


def test_the_page_is_told_which_words_cannot_be_guessed(game: Game, version: ModelVersion) -> None:
    assert unknown_words(game) == []
    game.words = ["cat", "giraffe"]
    assert unknown_words(game) == ["giraffe"]


def test_words_that_are_no_longer_offered_are_not_asked_for(version: ModelVersion) -> None:
    DoodleClass.objects.filter(name="cat").update(active=False)
    assert choose_words(Contributor()) == []


def test_a_game_begins_with_the_words_that_are_recognized_most_often(version: ModelVersion) -> None:
    recalls = {"eye": 0.1, "cat": 0.9, "fish": 0.5, "star": 0.7, "house": 0.3, "banana": 1.0}
    measure(version, recalls)
    assert choose_words(Contributor()) == ["banana", "cat", "star", "fish", "house", "eye"]


def test_what_people_judged_counts_as_well_as_the_test(version: ModelVersion) -> None:
    measure(version, {"cat": 0.9, "fish": 0.9})
    ClassTally.objects.create(version=version.number, label="cat", judged=10, right=1)
    assert easiest_first(["cat", "fish"], version) == ["fish", "cat"]


def test_a_few_lucky_drawings_do_not_make_a_word_easy(version: ModelVersion) -> None:
    measure(version, {"cat": 0.9, "fish": 0.3})
    ClassTally.objects.create(version=version.number, label="eye", judged=1, right=1)
    assert easiest_first(KNOWN, version) == ["cat", "eye", "banana", "house", "star", "fish"]


def test_without_any_figures_all_words_are_as_easy(version: ModelVersion) -> None:
    assert easiest_first(KNOWN, version) == sorted(KNOWN)


def test_a_newcomer_gets_only_the_easiest_words(easy_to_hard: list[str]) -> None:
    asked = {word for _ in range(30) for word in choose_words(Contributor())}
    assert asked == set(easy_to_hard[:3])


def test_each_game_that_was_started_adds_harder_words(easy_to_hard: list[str]) -> None:
    players = [Contributor() for _ in range(30)]
    for player in players:
        start_game(player)
    assert {word for player in players for word in choose_words(player)} == set(easy_to_hard[:5])
    for player in players:
        start_game(player)
    assert {word for player in players for word in choose_words(player)} == set(easy_to_hard)


def test_a_player_is_asked_for_the_same_words_until_they_start_a_game(easy_to_hard: list[str]) -> None:
    player = Contributor()
    words = choose_words(player)
    assert choose_words(player) == words
    assert (game := start_game(player))
    assert game.words == words


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
