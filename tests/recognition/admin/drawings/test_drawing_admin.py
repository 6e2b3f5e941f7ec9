from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from recognition.models import Drawing
from tests.factories import make_class, make_drawing, make_prediction, make_version

pytestmark = pytest.mark.django_db

LIST = "/admin/recognition/drawing/"


def found(client: Client, **query: Any) -> set[Drawing]:
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return set(answer.context["cl"].result_list)


def test_the_list_shows_the_bitmap_the_label_and_the_first_guess(admin_client: Client) -> None:
    drawing = make_drawing("cat", label="house")
    first = make_prediction(drawing, make_version())
    make_prediction(drawing, make_version())
    (row,) = found(admin_client)
    assert (row.guess, row.confidence) == ("cat", first.confidence)  # type: ignore[attr-defined]
    listed = admin_client.get(LIST).content.decode()
    assert "data:image/png;base64," in listed
    assert "cat &gt;\xa099\xa0%" in listed


def test_a_drawing_without_a_guess_is_listed_too(admin_client: Client) -> None:
    drawing = make_drawing()
    assert found(admin_client) == {drawing}


@pytest.fixture
def pair() -> tuple[Drawing, Drawing]:
    """A cat, rightly recognized, from the page; and a cat that people call a house, from a program."""
    right = make_drawing("cat", label="cat")
    wrong = make_drawing("cat", label="house", source=Drawing.Source.API, status=Drawing.Status.PROPOSED)
    make_prediction(right, make_version())
    make_prediction(wrong, make_version())
    return right, wrong


def test_drawings_are_found_by_label(admin_client: Client, pair: tuple[Drawing, Drawing]) -> None:
    assert found(admin_client, label__id__exact=make_class("house").pk) == {pair[1]}


def test_drawings_are_found_by_guess(admin_client: Client, pair: tuple[Drawing, Drawing]) -> None:
    assert found(admin_client, guess="cat") == set(pair)
    assert found(admin_client, guess="house") == set()


@pytest.mark.parametrize(("answer", "index"), [("yes", 0), ("no", 1)])
def test_drawings_are_found_by_right_or_wrong(
    admin_client: Client, pair: tuple[Drawing, Drawing], answer: str, index: int
) -> None:
    assert found(admin_client, right=answer) == {pair[index]}


def test_drawings_are_found_that_nobody_judged(admin_client: Client, pair: tuple[Drawing, Drawing]) -> None:
    unlabelled = make_drawing()
    assert found(admin_client, right="unknown") == {unlabelled}


def test_drawings_are_found_by_the_version_that_guessed(admin_client: Client, pair: tuple[Drawing, Drawing]) -> None:
    assert found(admin_client, version=2) == {pair[1]}


def test_drawings_are_found_by_a_range_of_confidence(admin_client: Client, pair: tuple[Drawing, Drawing]) -> None:
    pair[0].predictions.update(confidence=0.3)
    pair[1].predictions.update(confidence=0.8)
    assert found(admin_client, confidence_from="0.2", confidence_to="0.5") == {pair[0]}
    assert found(admin_client, confidence_from="0.5") == {pair[1]}


def test_filters_speak_of_the_same_guess(admin_client: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    make_prediction(drawing, make_version())
    second = make_prediction(drawing, make_version())
    type(second).objects.filter(pk=second.pk).update(label="fish")
    assert found(admin_client, guess="fish", version=1) == set()


def test_drawings_are_found_by_source_status_and_date(admin_client: Client, pair: tuple[Drawing, Drawing]) -> None:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    assert found(admin_client, source__exact="api") == {pair[1]}
    assert found(admin_client, status__exact="accepted") == {pair[0]}
    assert found(admin_client, created_at__gte=today) == set(pair)
    assert found(admin_client, created_at__lt=today) == set()


def test_drawings_are_found_by_the_beginning_of_a_label_or_of_an_id(
    admin_client: Client, pair: tuple[Drawing, Drawing]
) -> None:
    assert found(admin_client, q="Hou") == {pair[1]}
    assert found(admin_client, q=str(pair[0].pk)[:8]) == {pair[0]}
    assert found(admin_client, q=str(pair[0].pk)) == {pair[0]}
    assert found(admin_client, q="no such thing") == set()


@pytest.mark.parametrize("query", ["version=x", "confidence_from=x", "label__id__exact=x", "right=x", "guess=%00"])
def test_a_filter_that_makes_no_sense_is_no_error(admin_client: Client, query: str) -> None:
    assert admin_client.get(f"{LIST}?{query}", follow=True).status_code == 200


def test_a_list_counts_no_further_than_people_page(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recognition.admin.widgets.pagination.MAX_LISTED_ROWS", 2)
    for _ in range(3):
        make_drawing()
    assert admin_client.get(LIST).context["cl"].result_count == 2


@pytest.mark.parametrize("name", ["guess", "version", "right", "gold", "q", "p", "o", "confidence_from"])
@pytest.mark.parametrize("value", ["\0", "nonsense", "9" * 30])
def test_an_address_that_somebody_made_up_shows_a_list_all_the_same(
    admin_client: Client, name: str, value: str
) -> None:
    make_prediction(make_drawing("cat", label="cat"), make_version())
    assert admin_client.get(LIST, {name: value}, follow=True).status_code == 200
