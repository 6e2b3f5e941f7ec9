from __future__ import annotations

import base64
import io
from collections.abc import Callable

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image, ImageDraw
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import split_of
from recognition.models import Contributor, Drawing, ModelVersion, Prediction
from tests.factories import make_class, strokes_of

DRAWINGS = "/api/v1/drawings/"


def png(ink: int = 0, paper: int = 255) -> bytes:
    """Return a real cat as a picture: black lines on a white sheet, or other greys."""
    sheet = Image.new("L", (320, 320), paper)
    for xs, ys in strokes_of("cat"):
        ImageDraw.Draw(sheet).line([(x + 30, y + 30) for x, y in zip(xs, ys, strict=True)], ink, 14, joint="curve")
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def test_a_drawing_is_recognized(api: APIClient, version: ModelVersion) -> None:
    response = api.post(DRAWINGS, {"strokes": strokes_of("cat")})

    assert response.status_code == 201
    prediction = response.json()["prediction"]
    assert prediction["label"] == "cat"
    assert prediction["recognized"] is True
    assert prediction["confidence"] > 0.9
    assert prediction["model_version"] == version.number
    assert prediction["milliseconds"] > 0


def test_the_five_best_guesses_come_best_first(api: APIClient, version: ModelVersion) -> None:
    prediction = api.post(DRAWINGS, {"strokes": strokes_of("cat")}).json()["prediction"]

    confidences = [guess["confidence"] for guess in prediction["top"]]
    assert len(confidences) == 5
    assert confidences == sorted(confidences, reverse=True)
    assert prediction["top"][0] == {"label": prediction["label"], "confidence": prediction["confidence"]}


def test_what_was_drawn_and_what_was_said_is_stored(api: APIClient, version: ModelVersion) -> None:
    answer = api.post(DRAWINGS, {"strokes": strokes_of("cat")}).json()

    drawing = Drawing.objects.get(pk=answer["id"])
    assert drawing.strokes == strokes_of("cat")
    assert np.array_equal(drawing.pixels(), rasterize(strokes_of("cat")))
    assert drawing.split == split_of(drawing.pixels())
    assert drawing.status == Drawing.Status.UNLABELLED
    prediction = drawing.predictions.get()
    assert prediction.pk == answer["prediction"]["id"]
    assert prediction.model_version == version
    assert prediction.label == "cat"
    assert len(prediction.top) == 5


def test_strokes_keep_their_times(api: APIClient) -> None:
    strokes = [[[0, 10.5, 20], [0, 5, 0], [0, 16, 33]]]

    answer = api.post(DRAWINGS, {"strokes": strokes}).json()

    assert Drawing.objects.get(pk=answer["id"]).strokes == strokes


def test_strokes_keep_their_pens(api: APIClient) -> None:
    pens = [["violet", "thin"], ["ink", "thick"]]
    answer = api.post(DRAWINGS, {"strokes": strokes_of("cat"), "pens": pens}).json()

    assert api.get(answer["url"]).json()["pens"] == pens
    assert 'class="pen-violet"' in api.get(answer["svg_url"]).content.decode()


def test_pens_change_nothing_for_the_network(api: APIClient, version: ModelVersion) -> None:
    api.post(DRAWINGS, {"strokes": strokes_of("cat")})
    api.post(DRAWINGS, {"strokes": strokes_of("cat"), "pens": [["red", "thick"]] * len(strokes_of("cat"))})

    plain, coloured = Drawing.objects.all()
    assert plain.bitmap == coloured.bitmap


@pytest.mark.parametrize(
    ("pens", "complaint"),
    [
        ("blue", "must be a list of pens"),
        ([["pink", "thin"]], "pens[0] must be [colour, width], with one of ink, blue"),
        ([["thin", "blue"]], "pens[0] must be"),
        ([["blue"]], "pens[0] must be"),
        ([["ink", "thin"], [["ink"], {}]], "pens[1] must be"),
        ([["ink", "thin"]] * 3, "3 pens for 2 strokes"),
    ],
)
def test_pens_that_the_page_does_not_have_are_refused(api: APIClient, pens: object, complaint: str) -> None:
    response = api.post(DRAWINGS, {"strokes": [[[0, 9], [0, 9]], [[5], [5]]], "pens": pens})

    assert response.status_code == 400
    assert complaint in response.json()["pens"][0]
    assert not Drawing.objects.exists()


def test_a_picture_has_no_pens(api: APIClient) -> None:
    image = base64.b64encode(png()).decode()

    assert api.post(DRAWINGS, {"image": image, "pens": [["ink", "thin"]]}).status_code == 400


def test_the_answer_tells_where_the_drawing_is(api: APIClient) -> None:
    answer = api.post(DRAWINGS, {"strokes": strokes_of("cat")}).json()

    assert api.get(answer["url"]).json()["id"] == answer["id"]
    assert api.get(answer["bitmap_url"]).headers["Content-Type"] == "image/png"
    assert api.get(answer["svg_url"]).headers["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_an_image_comes_as_base64_or_as_a_data_url(api: APIClient, version: ModelVersion, prefix: str) -> None:
    response = api.post(DRAWINGS, {"image": prefix + base64.b64encode(png()).decode()})

    assert response.status_code == 201
    assert response.json()["prediction"]["label"] == "cat"


@pytest.mark.parametrize(("paper", "recognized"), [(255, True), (172, False)])
def test_an_image_whose_ink_may_be_something_else_is_not_recognized(
    api: APIClient, version: ModelVersion, paper: int, recognized: bool
) -> None:
    image = base64.b64encode(png(ink=120, paper=paper)).decode()
    prediction = api.post(DRAWINGS, {"image": image}).json()["prediction"]

    assert prediction["label"] == "cat"
    assert prediction["recognized"] is recognized


def test_an_image_comes_as_a_form_upload(api: APIClient, version: ModelVersion) -> None:
    make_class("cat")
    upload = {"image": SimpleUploadedFile("cat.png", png()), "prompt": "cat"}

    response = api.post(DRAWINGS, upload, format="multipart")

    assert response.status_code == 201
    assert response.json()["prediction"]["label"] == "cat"
    assert Drawing.objects.get().prompt == make_class("cat")


def test_null_is_the_same_as_left_out(api: APIClient) -> None:
    nothing = dict.fromkeys(("image", "format", "pens", "prompt", "game", "private", "won"))
    image = base64.b64encode(png()).decode()

    assert api.post(DRAWINGS, {"strokes": strokes_of("cat"), **nothing}).status_code == 201
    assert api.post(DRAWINGS, {**nothing, "image": image, "strokes": None}).status_code == 201


def test_an_empty_field_of_a_form_is_the_same_as_left_out(api: APIClient) -> None:
    upload = {"image": SimpleUploadedFile("cat.png", png()), "prompt": "", "game": "", "private": ""}

    assert api.post(DRAWINGS, upload, format="multipart").status_code == 201


def test_an_image_is_stored_without_strokes(api: APIClient) -> None:
    api.post(DRAWINGS, {"image": base64.b64encode(png()).decode()})

    drawing = Drawing.objects.get()
    assert drawing.strokes is None
    assert drawing.pixels().max() == 255


def test_a_dot_is_stored_and_not_recognized(api: APIClient, version: ModelVersion) -> None:
    response = api.post(DRAWINGS, {"strokes": [[[5], [5]]]})

    assert response.status_code == 201
    assert response.json()["prediction"]["recognized"] is False
    assert Prediction.objects.get().recognized is False


def test_a_prompt_names_a_class_in_any_case(api: APIClient) -> None:
    make_class("cat")

    answer = api.post(DRAWINGS, {"strokes": strokes_of("cat"), "prompt": "Cat"}).json()

    assert api.get(answer["url"]).json()["prompt"] == "cat"


def test_without_a_model_in_service_the_drawing_is_stored_all_the_same(api: APIClient) -> None:
    response = api.post(DRAWINGS, {"strokes": strokes_of("cat")})

    assert response.status_code == 201
    assert response.json()["prediction"] is None
    assert Drawing.objects.count() == 1


def test_what_a_browser_draws_belongs_to_its_contributor(browser: APIClient, contributor: Contributor) -> None:
    browser.post(DRAWINGS, {"strokes": strokes_of("cat")})
    browser.post(DRAWINGS, {"strokes": strokes_of("house")})

    assert list(Drawing.objects.values_list("contributor", "source")) == [(contributor.pk, "page")] * 2


def test_each_request_without_cookie_and_token_is_of_somebody_new(api: APIClient) -> None:
    api.post(DRAWINGS, {"strokes": strokes_of("cat")})
    api.post(DRAWINGS, {"strokes": strokes_of("cat")})

    assert Contributor.objects.count() == 2


def test_what_a_program_draws_belongs_to_its_user(program: Callable[..., APIClient]) -> None:
    program("recognize", username="robot").post(DRAWINGS, {"strokes": strokes_of("cat")})

    drawing = Drawing.objects.get()
    assert drawing.contributor.user is not None
    assert drawing.contributor.user.username == "robot"
    assert drawing.source == Drawing.Source.API


def test_the_answer_sets_no_cookie_and_names_no_contributor(api: APIClient) -> None:
    response = api.post(DRAWINGS, {"strokes": strokes_of("cat")})

    assert not response.cookies
    assert str(Contributor.objects.get().pk) not in response.content.decode()


@pytest.mark.usefixtures("polls_once")
def test_storing_takes_three_inserts(
    browser: APIClient, version: ModelVersion, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser.post(DRAWINGS, {"strokes": strokes_of("cat")})  # loads the network

    with django_assert_num_queries(3 + 2):  # and a savepoint, which is the transaction outside of tests
        browser.post(DRAWINGS, {"strokes": strokes_of("house")})


def test_a_private_drawing_is_stored_and_never_gets_into_the_gallery(api: APIClient, version: ModelVersion) -> None:
    make_class("cat")
    answer = api.post(DRAWINGS, {"strokes": strokes_of("cat"), "private": True}).json()
    feedback = {"correct": True, "feedback_token": answer["feedback_token"]}
    said = api.put(f"{answer['url']}feedback/", feedback)

    assert said.json()["drawing"]["status"] == "accepted"
    assert api.get(DRAWINGS).json()["results"] == []
    assert api.get(answer["url"]).status_code == 404


def test_what_is_neither_private_nor_not_is_refused(api: APIClient, version: ModelVersion) -> None:
    response = api.post(DRAWINGS, {"strokes": strokes_of("cat"), "private": "perhaps"})

    assert response.status_code == 400
    assert "private" in response.json()


def test_coordinates_are_rounded_before_they_are_drawn_stored_and_compared(api: APIClient) -> None:
    noisy = [[[x + 1e-7 for x in xs], [y - 1e-7 for y in ys], [0.4 for _ in xs]] for xs, ys, *_ in strokes_of("cat")]
    clean = [[xs, ys, [0 for _ in xs]] for xs, ys, *_ in strokes_of("cat")]
    key = {"Idempotency-Key": "once"}
    first, again = (api.post(DRAWINGS, {"strokes": strokes}, headers=key) for strokes in (clean, noisy))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    other = api.post(DRAWINGS, {"strokes": noisy}).json()["id"]
    assert Drawing.objects.get(pk=other).strokes == clean


@pytest.mark.parametrize(("side", "stored"), [(1, 0.33333), (300, 0.333), (2_000_000, 0)])
def test_coordinates_keep_what_a_drawing_of_their_size_needs(api: APIClient, side: float, stored: float) -> None:
    third, half = 1 / 3, side / 2
    answer = api.post(DRAWINGS, {"strokes": [[[-half, third, half], [0, third, 0]]]}).json()

    assert Drawing.objects.get(pk=answer["id"]).strokes == [[[-half, stored, half], [0, stored, 0]]]


def test_nothing_is_stored_when_the_disk_is_nearly_full_but_guessed_and_deleted(
    browser: APIClient, version: ModelVersion, settings: Settings
) -> None:
    old = browser.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers={"Idempotency-Key": "old"}).json()
    settings.DISK_RESERVE_BYTES = 2**60
    refused = browser.post(DRAWINGS, {"strokes": strokes_of("cat")})
    again = browser.post(DRAWINGS, {"strokes": strokes_of("cat")}, headers={"Idempotency-Key": "old"})

    if connection.vendor == "sqlite":
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
        assert refused.json() == {"detail": "The disk of this site is nearly full; nothing was stored."}
    else:  # its disk is for its own host to watch
        assert refused.status_code == 201
    assert (again.status_code, again.json()["id"]) == (200, old["id"])
    assert browser.post("/api/v1/guesses/", {"drawings": [{"strokes": strokes_of("cat")}]}).status_code == 200
    assert browser.delete(old["url"]).status_code == 204
