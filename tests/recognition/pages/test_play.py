from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from recognition.imaging.strokes import Strokes
from recognition.models import Contributor, DoodleClass, Drawing, Game
from recognition.serving.model_loader import champion
from tests.factories import make_class, make_drawing, make_prediction, make_version, strokes_of

pytestmark = pytest.mark.django_db

OTHERS = ["apple", "bear", "clock", "door", "envelope", "flower"]  # what another version says: a house is an envelope
NOBODY = "6a3b1c1e-0000-4000-8000-000000000000"


@pytest.fixture
def six_words() -> None:
    DoodleClass.objects.ensure(["banana", "cat", "eye", "fish", "house", "star"])
    make_version()


@pytest.fixture
def game(client: Client, six_words: None) -> Game:
    """A game that the client has started."""
    address = client.post("/play/").headers["Location"]
    game = Game.objects.get()
    assert address == f"/play/{game.pk}/"
    return game


def send(client: Client, game: object, word: str = "cat", **more: object) -> Drawing:
    body = {"strokes": strokes_of("cat"), "prompt": word, "game": str(game)} | more
    answer = client.post("/api/v1/drawings/", body, "application/json")
    assert answer.status_code == 201, answer.json()
    return Drawing.objects.get(pk=answer.json()["id"])


def test_looking_at_the_page_starts_no_game(client: Client) -> None:
    assert "20 seconds" in client.get("/play/").content.decode()
    assert not Game.objects.exists()


def test_without_a_network_that_is_said(client: Client) -> None:
    answer = client.post("/play/")
    assert answer.status_code == 503
    assert "I don’t know enough words yet." in answer.content.decode()


def test_a_drawing_belongs_to_its_game_and_word(client: Client, game: Game) -> None:
    drawing = send(client, game.pk)
    assert (drawing.game, drawing.prompt, drawing.source) == (game, make_class("cat"), Drawing.Source.GAME)
    assert drawing.contributor_id == game.contributor_id


def test_a_drawing_cannot_be_put_into_somebody_elses_game(client: Client, six_words: None) -> None:
    other = Game.objects.create(contributor=Contributor.objects.create(), words=["cat"])
    for name in (str(other.pk), NOBODY, "nonsense"):
        answer = client.post("/api/v1/drawings/", {"strokes": strokes_of("cat"), "game": name}, "application/json")
        assert answer.status_code == 400
        assert "game" in answer.json()


def house(points: int) -> Strokes:
    """Draw the first points of a real house's first line: with 7 the network sees a house, with 8 a star."""
    xs, ys = strokes_of("house")[0]
    return [[xs[:points], ys[:points]]]


def winning(version: int = 1, points: int = 7) -> dict[str, object]:
    return {"strokes": house(8), "won": {"strokes": house(points), "model_version": version}}


def is_won(client: Client, game: Game) -> bool:
    rounds = client.get(f"/play/{game.pk}/results/").context["rounds"]
    return any(played.is_won for played in rounds)


def test_a_round_that_was_guessed_is_won_whatever_the_finished_drawing_looks_like(client: Client, game: Game) -> None:
    drawing = send(client, game.pk, "house", **winning())
    assert drawing.strokes == house(8)
    assert drawing.first_prediction().label == "star"  # type: ignore[union-attr]
    assert is_won(client, game)
    assert "I knew it while you were drawing." in client.get(f"/play/{game.pk}/results/").content.decode()


def test_a_guess_wins_though_the_finished_drawing_is_larger_and_rounded_more(client: Client, game: Game) -> None:
    begun = [[[number / 7 + 1e-4 for number in axis] for axis in stroke] for stroke in house(7)]
    finished = [*begun, [[0, 1000.7], [0, 1000.7]]]
    send(client, game.pk, "house", strokes=finished, won={"strokes": begun, "model_version": 1})
    assert is_won(client, game)


def test_an_older_page_sends_no_guess_and_the_finished_drawing_decides(client: Client, game: Game) -> None:
    send(client, game.pk, "house", strokes=house(8))
    assert not is_won(client, game)


def test_a_browser_alone_cannot_say_that_it_has_won(client: Client, game: Game) -> None:
    send(client, game.pk, "eye", **winning())
    assert not is_won(client, game)


@pytest.mark.parametrize("finished", [strokes_of("cat"), house(6), house(7) * 3])
def test_a_guess_about_another_drawing_does_not_win(client: Client, game: Game, finished: Strokes) -> None:
    send(client, game.pk, "house", **winning() | {"strokes": finished})
    assert not is_won(client, game)


def test_the_version_that_guessed_judges_also_after_another_was_promoted(
    clock: Callable[[float], None], client: Client, game: Game
) -> None:
    champion()
    make_version(labels=OTHERS)
    clock(1)
    send(client, game.pk, "house", **winning(version=1))
    assert is_won(client, game)


def test_a_version_that_never_guessed_here_is_not_asked(client: Client, game: Game) -> None:
    DoodleClass.objects.ensure(["apple"])
    make_version(promoted=False, labels=["apple"] * 6)
    send(client, game.pk, "apple", **winning(version=2))
    assert not is_won(client, game)


def test_a_version_in_an_ab_test_judges_for_those_who_see_its_answers(
    clock: Callable[[float], None], client: Client, game: Game
) -> None:
    candidate = make_version(promoted=False, labels=OTHERS)
    trial = candidate.start_trial("canary", 50, by=None)
    while not trial.shows_candidate_to(game.contributor):
        trial.end("another draw")
        trial = candidate.start_trial("canary", 50, by=None)
    clock(1)
    drawing = send(client, game.pk, "envelope", **winning(candidate.number))
    assert drawing.won


def test_a_version_that_is_tried_in_shadow_judges_nothing(
    clock: Callable[[float], None], client: Client, game: Game
) -> None:
    candidate = make_version(promoted=False, labels=OTHERS)
    candidate.start_trial("shadow", 0, by=None)
    clock(1)
    assert not send(client, game.pk, "envelope", **winning(candidate.number)).won


@pytest.mark.parametrize(
    "won", [1, {}, {"strokes": []}, {"strokes": house(7)}, {"strokes": house(7), "model_version": 0}]
)
def test_a_malformed_guess_is_refused(client: Client, game: Game, won: object) -> None:
    body = {"strokes": house(8), "prompt": "house", "game": str(game.pk), "won": won}
    answer = client.post("/api/v1/drawings/", body, "application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["won"])


def test_only_in_a_game_a_drawing_can_be_won(client: Client, game: Game) -> None:
    answer = client.post("/api/v1/drawings/", winning() | {"prompt": "house"}, "application/json")
    assert (answer.status_code, answer.json()) == (400, {"won": ["Only a drawing with game and prompt can be won."]})


def test_an_unfinished_game_can_be_gone_on_with(client: Client, game: Game) -> None:
    send(client, game.pk, game.words[0])
    assert client.get("/play/").context["facts"]["drawn"] == [game.words[0]]
    assert f'href="/play/{game.pk}/"' in client.get("/play/").content.decode()
    for word in game.words:
        send(client, game.pk, word)
    assert "data-go-on" not in client.get("/play/").content.decode()


def test_nobody_elses_game_is_offered(client: Client, game: Game) -> None:
    assert "data-go-on" not in Client().get("/play/").content.decode()


def test_who_comes_back_goes_on_with_what_is_not_drawn(client: Client, game: Game) -> None:
    send(client, game.pk, game.words[0])
    facts = client.get(f"/play/{game.pk}/").context["facts"]
    assert facts["drawn"] == [game.words[0]]


def test_a_finished_game_leads_to_its_results(client: Client, game: Game) -> None:
    for word in game.words:
        send(client, game.pk, word)
    assert client.get(f"/play/{game.pk}/").headers["Location"] == f"/play/{game.pk}/results/"


def test_somebody_else_sees_the_results_and_may_play_too(client: Client, game: Game) -> None:
    drawing = send(client, game.pk)
    other = Client()
    assert other.get(f"/play/{game.pk}/").headers["Location"] == f"/play/{game.pk}/results/"
    page = other.get(f"/play/{game.pk}/results/").content.decode()
    assert "I guessed 1 of 6." in page
    assert "Play yourself" in page
    assert "Learn from my drawings" not in page
    assert f"/drawings/{drawing.pk}/" in page


@pytest.mark.usefixtures("polls_once")
def test_the_results_take_few_queries(
    client: Client, game: Game, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for word in game.words:
        send(client, game.pk, word)
        make_prediction(make_drawing("cat", label=word), make_version())
    with django_assert_num_queries(6):
        client.get(f"/play/{game.pk}/results/")


def test_a_shared_link_shows_the_score_and_what_was_drawn(client: Client, game: Game) -> None:
    send(client, game.pk)
    page = client.get(f"/play/{game.pk}/results/").content.decode()
    assert f'property="og:image" content="http://testserver/play/{game.pk}/picture.png"' in page
    picture = Image.open(BytesIO(client.get(f"/play/{game.pk}/picture.png").content))
    assert picture.size == (1200, 630)
    assert picture.convert("L").getextrema()[0] < 50


def test_the_picture_of_a_game_is_in_colour(client: Client, game: Game) -> None:
    send(client, game.pk, pens=[["red", "thick"]])
    picture = Image.open(BytesIO(client.get(f"/play/{game.pk}/picture.png").content))
    assert (0xD9, 0x3B, 0x30) in {colour for _, colour in picture.getcolors(1 << 16) or []}


@pytest.mark.parametrize("page", ["", "results/", "picture.png"])
def test_a_game_that_does_not_exist_is_not_found(client: Client, page: str) -> None:
    assert client.get(f"/play/{NOBODY}/{page}").status_code == 404
