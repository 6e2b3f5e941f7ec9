from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from recognition.models import Contributor, DoodleClass, Drawing, Game
from tests.factories import make_class, make_drawing, make_prediction, make_version, strokes_of

pytestmark = pytest.mark.django_db

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


def send(client: Client, game: object, word: str = "cat") -> Drawing:
    body = {"strokes": strokes_of("cat"), "prompt": word, "game": str(game)}
    answer = client.post("/api/v1/drawings/", body, "application/json")
    assert answer.status_code == 201, answer.json()
    return Drawing.objects.get(pk=answer.json()["id"])


def test_looking_at_the_page_starts_no_game(client: Client) -> None:
    assert "20 seconds" in client.get("/play/").content.decode()
    assert not Game.objects.exists()


def test_without_a_network_that_is_said(client: Client) -> None:
    answer = client.post("/play/")
    assert answer.status_code == 503
    assert "No network is in service" in answer.content.decode()


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
    assert "learn from it" not in page
    assert f"/drawings/{drawing.pk}/" in page


@pytest.mark.usefixtures("polls_once")
def test_the_results_take_few_queries(
    client: Client, game: Game, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for word in game.words:
        send(client, game.pk, word)
        make_prediction(make_drawing("cat", label=word), make_version())
    with django_assert_num_queries(5):
        client.get(f"/play/{game.pk}/results/")


def test_a_shared_link_shows_the_six_drawings(client: Client, game: Game) -> None:
    send(client, game.pk)
    page = client.get(f"/play/{game.pk}/results/").content.decode()
    assert f'property="og:image" content="http://testserver/play/{game.pk}/picture.png"' in page
    picture = Image.open(BytesIO(client.get(f"/play/{game.pk}/picture.png").content))
    assert picture.size == (1200, 630)
    assert picture.convert("L").getextrema()[0] < 50


@pytest.mark.parametrize("page", ["", "results/", "picture.png"])
def test_a_game_that_does_not_exist_is_not_found(client: Client, page: str) -> None:
    assert client.get(f"/play/{NOBODY}/{page}").status_code == 404
