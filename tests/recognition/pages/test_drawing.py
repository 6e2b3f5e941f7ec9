from __future__ import annotations

import json
import re
from io import BytesIO

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from recognition.accounts.identity import COOKIE
from recognition.imaging.rasterize import rasterize
from recognition.models import Contributor, Drawing, Report
from recognition.moderation import moderate
from tests.factories import make_class, make_drawing, make_prediction, make_user, make_version, strokes_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawing() -> Drawing:
    drawing = make_drawing("cat", label="cat")
    make_prediction(drawing, make_version())
    return drawing


@pytest.fixture
def owner(drawing: Drawing) -> Client:
    """A browser of whoever drew it."""
    user = make_user("owner")
    Contributor.objects.filter(pk=drawing.contributor_id).update(user=user)
    client = Client()
    client.force_login(user)
    return client


def address(name: str, drawing: Drawing) -> str:
    return reverse(name, args=[drawing.pk])


def test_it_shows_what_was_said_and_how_that_changed(client: Client, drawing: Drawing) -> None:
    page = client.get(address("drawing", drawing)).content.decode()
    assert "<h1>Cat</h1>" in page
    assert 'by <a href="/models/1/">version 1</a>' in page
    assert page.count("data-strokes=") == page.count('<meter min="0" max="1"') == len(strokes_of("cat"))
    assert re.findall(r"<meter(?![^>]* aria-label=.[^>]* aria-valuetext=.)", page) == []
    assert "css/meter.css" in page


def test_a_guess_that_is_too_unsure_is_not_claimed(client: Client, drawing: Drawing) -> None:
    drawing.predictions.update(recognized=False, confidence=0.384)

    page = client.get(address("drawing", drawing)).content.decode()

    assert "<b>I don’t know</b>, maybe cat, 38\xa0% sure" in page
    assert "The network does not know what it is." in page
    assert "The network says" not in page


def test_a_drawing_that_came_as_a_picture_is_shown_without_strokes(client: Client) -> None:
    drawing = make_drawing("cat", strokes=None)
    page = client.get(address("drawing", drawing)).content.decode()
    assert "Not named yet" in page
    assert "data-replay" not in page
    assert client.get(address("drawing-ndjson", drawing)).status_code == 404


@pytest.mark.usefixtures("polls_once")
def test_it_takes_few_queries(
    client: Client, drawing: Drawing, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(address("drawing", drawing))  # the network in service is loaded once
    with django_assert_num_queries(3):
        client.get(address("drawing", drawing))


def test_it_is_downloaded_as_a_picture_and_as_quick_draw_has_it(client: Client, drawing: Drawing) -> None:
    picture = Image.open(BytesIO(client.get(address("drawing-png", drawing)).content))
    assert picture.size == (600, 600)
    assert np.asarray(picture.convert("L")).min() == 0
    line = json.loads(client.get(address("drawing-ndjson", drawing)).content)
    assert (line["word"], line["drawing"], line["recognized"]) == ("cat", strokes_of("cat"), True)


def test_a_shared_link_shows_the_word_and_the_guess_beside_the_drawing(client: Client, drawing: Drawing) -> None:
    def preview() -> np.ndarray:
        return np.asarray(Image.open(BytesIO(client.get(address("drawing-preview", drawing)).content)))

    page = client.get(address("drawing", drawing)).content.decode()
    before = preview()
    drawing.predictions.update(recognized=False)
    doubted = preview()
    Drawing.objects.filter(pk=drawing.pk).update(label=make_class("house"))

    assert f'property="og:image" content="http://testserver/drawings/{drawing.pk}/preview.png"' in page
    assert before.shape == (630, 1200, 3)
    assert (before != doubted).any()
    assert (preview() != doubted).any()


def test_the_picture_of_an_endless_scribble_shows_the_pixels_that_the_network_saw(client: Client) -> None:
    strokes = np.random.default_rng(0).integers(0, 256, (1, 2, 20_000)).tolist()
    scribble = make_drawing("cat", strokes=strokes, bitmap=rasterize(strokes).tobytes())
    picture = Image.open(BytesIO(client.get(address("drawing-png", scribble)).content))
    paper = np.asarray(picture.convert("L").resize((28, 28)))
    assert np.abs(255 - paper.astype(int) - scribble.pixels()).mean() < 8


def test_a_drawing_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get("/drawings/6a3b1c1e-0000-4000-8000-000000000000/").status_code == 404


def test_a_hidden_drawing_is_seen_by_its_owner_and_staff_alone(
    client: Client, owner: Client, admin_client: Client, drawing: Drawing
) -> None:
    moderate(drawing, Drawing.Moderation.HIDDEN)
    for name in ("drawing", "drawing-png", "drawing-preview", "drawing-ndjson", "api:svg", "api:bitmap", "api:drawing"):
        assert client.get(address(name, drawing)).status_code == 404, name
        assert owner.get(address(name, drawing)).status_code == 200, name
        assert admin_client.get(address(name, drawing)).status_code == 200, name


def test_anybody_may_report_it_and_it_is_hidden(client: Client, drawing: Drawing) -> None:
    answer = client.post(address("report-drawing", drawing), {"reason": "rude"})
    assert "hidden until somebody has checked" in answer.content.decode()
    drawing.refresh_from_db()
    assert drawing.moderation == Drawing.Moderation.REPORTED
    assert Report.objects.get().reason == "rude"


def test_a_reason_that_is_too_long_is_refused(client: Client, drawing: Drawing) -> None:
    assert client.post(address("report-drawing", drawing), {"reason": "x" * 301}).status_code == 400
    assert not Report.objects.exists()


def test_who_drew_it_may_delete_it(owner: Client, drawing: Drawing) -> None:
    answer = owner.post(address("delete-drawing", drawing))
    assert answer.headers["Location"] == "/mine/"
    assert not Drawing.objects.exists()


def test_nobody_else_may_delete_it(client: Client, drawing: Drawing) -> None:
    client.get("/")
    assert COOKIE in client.cookies
    assert client.post(address("delete-drawing", drawing)).status_code == 404
    assert Drawing.objects.exists()


@pytest.mark.parametrize("name", ["report-drawing", "delete-drawing"])
def test_a_link_alone_changes_nothing(client: Client, drawing: Drawing, name: str) -> None:
    assert client.get(address(name, drawing)).status_code == 405


@pytest.mark.parametrize(
    "name",
    ["drawing", "drawing-png", "drawing-preview", "drawing-ndjson", "alike", "api:drawing", "api:svg", "api:bitmap"],
)
def test_a_private_drawing_is_shown_to_nobody_else_by_its_address(
    client: Client, owner: Client, drawing: Drawing, name: str
) -> None:
    Drawing.objects.filter(pk=drawing.pk).update(moderation=Drawing.Moderation.PRIVATE)

    assert client.get(address(name, drawing)).status_code == 404
    assert owner.get(address(name, drawing)).status_code == 200


def test_the_owner_of_a_private_drawing_is_told_so_and_finds_it(owner: Client, drawing: Drawing) -> None:
    Drawing.objects.filter(pk=drawing.pk).update(moderation=Drawing.Moderation.PRIVATE)

    assert "You keep this drawing private" in owner.get(address("drawing", drawing)).content.decode()
    assert "only for you" in owner.get("/mine/").content.decode()
