from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from PIL import Image
from pytest_django import Settings

from recognition.imaging.splits import Split, split_of
from recognition.models import ModelVersion
from recognition.throttling import expensive
from tests.factories import make_drawing, make_judged
from training.pages.confusion.confusion_matrix import CELL_PIXELS

pytestmark = pytest.mark.django_db


def cells(client: Client, version: ModelVersion, query: str) -> str:
    answer = client.get(f"/models/{version.number}/confusion/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_picture_has_a_pixel_for_each_cell_green_where_right_and_red_where_wrong(
    client: Client, version: ModelVersion
) -> None:
    answer = client.get(f"/models/{version.number}/confusion/base.png")
    picture = np.asarray(Image.open(BytesIO(answer.content)))
    assert picture.shape == (6, 6, 4)
    right, wrong, never = picture[2, 2], picture[2, 3], picture[2, 0]  # cat stands beside fish
    assert right[1] > right[0]
    assert wrong[0] > wrong[1]
    assert right[3] > wrong[3] > never[3] == 0


@pytest.mark.parametrize("drawings", ["drawn", "metrics"])
def test_a_picture_of_what_was_not_measured_is_not_found(client: Client, version: ModelVersion, drawings: str) -> None:
    assert client.get(f"/models/{version.number}/confusion/{drawings}.png").status_code == 404


def matrix_page(client: Client, query: str = "", status: int = 200) -> str:
    answer = client.get(f"/models/1/confusion/{query}")
    assert answer.status_code == status
    return answer.content.decode()


def test_the_matrix_leads_to_the_drawings_of_each_cell(client: Client, version: ModelVersion) -> None:
    assert '/confusion/?on=base&amp;is=cat&amp;said=fish">20</a>' in matrix_page(client, "base/")
    assert '/confusion/?on=collected&amp;is=cat&amp;said=fish">1</a>' in matrix_page(client, "collected/")


def test_a_class_is_found_in_any_case_and_a_misspelt_one_gets_the_most_similar(
    client: Client, version: ModelVersion
) -> None:
    assert "Cat, and what it is confused with" in matrix_page(client, "base/?of=CAT")
    assert "Version 1 knows no class “fsh”. Did you mean “fish”?" in matrix_page(client, "base/?of=fsh", 400)


@pytest.mark.parametrize("query", ["is=fsh&said=cat", "on=collected&is=cat&said=fsh"])
def test_a_cell_of_a_misspelt_class_gets_the_most_similar(client: Client, version: ModelVersion, query: str) -> None:
    assert "Version 1 knows no class “fsh”. Did you mean “fish”?" in matrix_page(client, f"?{query}", 400)


def test_the_matrix_of_one_class_has_what_it_is_confused_with(client: Client, version: ModelVersion) -> None:
    page = matrix_page(client, "base/?of=+cat")
    assert "Cat, and what it is confused with" in page
    assert '<th scope="col"><span>fish</span></th>' in page
    assert '<th scope="col"><span>banana</span></th>' not in page


def test_a_class_that_the_version_does_not_know_is_named(client: Client, version: ModelVersion) -> None:
    page = matrix_page(client, "base/?of=%3Cb%3Edragon", 400)
    assert "Version 1 knows no class “&lt;b&gt;dragon”." in page
    assert "The classes that are confused most" in page


def test_all_classes_are_in_one_picture_with_their_names(client: Client, version: ModelVersion) -> None:
    page = matrix_page(client, "base/")
    assert "All 6 classes" in page
    assert page.count("<li>eye</li>") == 2
    assert "/models/1/confusion/base.png" in page


def test_what_people_judged_has_a_matrix_once_they_have(client: Client, version: ModelVersion) -> None:
    assert "Nobody has judged an answer of this version yet." in matrix_page(client, "people/")
    make_judged(version, "fish")
    assert "/confusion/?on=people&amp;is=fish&amp;said=cat" in matrix_page(client, "people/")


def test_a_judgement_moves_no_cell_of_the_picture(client: Client, version: ModelVersion) -> None:
    make_judged(version, "house")
    click = f"/models/1/confusion/?on=people&cell.x={4 * CELL_PIXELS - 1}&cell.y={2 * CELL_PIXELS + 1}"
    assert "is=cat&said=fish" in client.get(click)["Location"]


@pytest.mark.parametrize("path", ["1/confusion/metrics/", "9/confusion/base/"])
def test_a_matrix_of_what_was_not_measured_is_not_found(client: Client, version: ModelVersion, path: str) -> None:
    assert client.get(f"/models/{path}").status_code == 404


def test_a_click_on_the_picture_leads_to_its_cell(client: Client, version: ModelVersion) -> None:
    x, y = 4 * CELL_PIXELS - 1, 2 * CELL_PIXELS + 1
    answer = client.get(f"/models/{version.number}/confusion/?on=base&cell.x={x}&cell.y={y}")
    assert answer["Location"] == f"/models/{version.number}/confusion/?on=base&is=cat&said=fish"


@pytest.mark.parametrize(
    "query",
    ["cell.x=9999&cell.y=0", "cell.x=1", "cell.x=a&cell.y=b", "", "is=cat", "on=x&is=cat&said=fish"],
)
def test_a_cell_that_there_is_not_is_not_found(client: Client, version: ModelVersion, query: str) -> None:
    assert client.get(f"/models/{version.number}/confusion/?{query}").status_code == 404


def test_behind_a_cell_of_collected_drawings_are_those_held_out_that_this_version_takes_so(
    client: Client, version: ModelVersion
) -> None:
    make_drawing("cat", label="cat", split="test")
    make_drawing("house", label="cat", split="test")
    make_drawing("house", label="cat", split="train")
    assert cells(client, version, "?on=collected&is=cat&said=cat").count("sheet__bitmap") == 1
    assert cells(client, version, "?on=collected&is=cat&said=house").count("sheet__bitmap") == 1
    assert "There are none." in cells(client, version, "?on=collected&is=cat&said=star")


def test_staff_get_from_there_to_the_drawing(admin_client: Client, version: ModelVersion) -> None:
    drawing = make_drawing("cat", label="cat", split="test")
    assert f"/admin/recognition/drawing/{drawing.pk}/" in cells(admin_client, version, "?on=collected&is=cat&said=cat")


def test_behind_a_cell_of_base_drawings_are_those_of_the_test_split(
    client: Client, version: ModelVersion, settings: Settings, tmp_path: Path
) -> None:
    settings.QUICKDRAW_DIR = tmp_path
    house = make_drawing("house").pixels()
    shifted = np.array([np.roll(house, (row, column), (0, 1)) for row in (-1, 0, 1) for column in (-2, -1, 0, 1, 2)])
    (tmp_path / "full" / "numpy_bitmap").mkdir(parents=True)
    np.save(tmp_path / "full" / "numpy_bitmap" / "house.npy", shifted.reshape(-1, 784))
    held_out = sum(split_of(bitmap) is Split.TEST for bitmap in shifted)
    assert held_out
    shown = [cells(client, version, f"?is=house&said={said}").count("sheet__bitmap") for said in version.labels]
    assert sum(shown) == held_out


def test_a_host_without_base_drawings_says_so(
    client: Client, version: ModelVersion, settings: Settings, tmp_path: Path
) -> None:
    settings.QUICKDRAW_DIR = tmp_path
    assert "this server does not keep the drawings of Quick, Draw!" in cells(client, version, "?is=cat&said=fish")


def test_behind_a_cell_there_are_also_drawings_of_the_gallery(client: Client, version: ModelVersion) -> None:
    drawing = make_judged(version, "fish")
    page = cells(client, version, "?is=fish&said=cat")
    assert f"/drawings/{drawing.pk}/" in page
    assert 'href="/gallery/?label=fish&amp;guess=cat"' in page
    assert "There are none yet." in cells(client, version, "?is=cat&said=fish")


def test_a_cell_counts_as_several_pages(client: Client, version: ModelVersion, settings: Settings) -> None:
    settings.API_RATES = {"pages": (10, 86400)}
    address = f"/models/{version.number}/confusion/?on=collected&is=cat&said=fish"

    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 429]


def test_a_cell_is_not_made_while_other_expensive_answers_are(
    client: Client, version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expensive, "MAX_WAIT_SECONDS", 0)
    with expensive.bounded():
        answer = client.get(f"/models/{version.number}/confusion/?on=collected&is=cat&said=fish")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert "A lot is going on" in answer.content.decode()
