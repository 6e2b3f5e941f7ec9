from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from recognition.models import Drawing
from tests.factories import make_drawing
from training.models import TrainingRun

pytestmark = pytest.mark.django_db

LIST = "/admin/training/trainingrun/"
DELETED = "6b1f0f2e-0000-4000-8000-000000000000"


def ended_run(**collected: list[str]) -> TrainingRun:
    """A run that learnt some classes from these user drawings."""
    classes = {name: entry(keys) for name, keys in collected.items()}
    return TrainingRun.objects.create(status="succeeded", manifest={"classes": classes})


def entry(keys: list[str]) -> dict[str, Any]:
    return {
        "base": {"train": 800, "validation": 100, "test": 90, "near": 0},
        "base_digest": "d1",
        "collected": {"train": keys, "validation": [], "test": []},
        "collected_left_out": {},
    }


def text(client: Client, first: TrainingRun, second: TrainingRun) -> str:
    response = client.get(f"{LIST}{first.pk}/difference/{second.pk}/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_runs_with_the_same_drawings_say_so(viewer_client: Client) -> None:
    shown = text(viewer_client, ended_run(cat=[], dog=[]), ended_run(cat=[], dog=[]))
    assert "Both used exactly the same drawings, of 2 classes." in shown


def test_classes_and_drawings_of_just_one_run_are_counted(viewer_client: Client) -> None:
    both, before, since = (str(uuid4()) for _ in range(3))
    first, second = ended_run(cat=[both, before], dog=[]), ended_run(cat=[both], eye=[since])
    shown = text(viewer_client, first, second)
    assert "3 of 3 classes differ: base drawings in 2" in shown
    assert f"1 collected drawings are only in run {first.pk}, 1 only in run {second.pk}." in shown
    assert f"Only run {first.pk} learnt: dog." in shown
    assert f"Only run {second.pk} learnt: eye." in shown


def test_a_few_drawings_are_shown_and_lead_to_their_pages(viewer_client: Client) -> None:
    drawing = make_drawing(label="cat")
    first = ended_run(cat=[str(drawing.pk), DELETED])
    shown = text(viewer_client, first, ended_run(cat=[]))
    assert f"cat: 2 only in run {first.pk}" in shown
    assert "1 deleted since." in shown
    assert f"/admin/recognition/drawing/{drawing.pk}/change/" in shown
    assert "cat, train" in shown


def test_many_drawings_are_only_counted(viewer_client: Client) -> None:
    first = ended_run(cat=[str(uuid4()) for _ in range(25)])
    shown = text(viewer_client, first, ended_run(cat=[]))
    assert "25 collected drawings are only in run" in shown
    assert f"cat: 25 only in run {first.pk}" not in shown


def test_the_largest_data_sets_take_a_few_queries_and_a_small_page(
    viewer_client: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    drawing = make_drawing(label="cat")
    keys = {f"class {number}": [str(uuid4()) for _ in range(290)] for number in range(345)}
    first, second = ended_run(**keys), ended_run(**{name: [*some, str(drawing.pk)] for name, some in keys.items()})
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        shown = text(viewer_client, first, second)
    assert f"345 only in run {second.pk}." in shown
    assert len(shown) < 500_000
    assert Drawing.objects.count() == 1


def test_a_run_that_has_not_collected_is_named(viewer_client: Client) -> None:
    queued = TrainingRun.objects.create(status="queued")
    assert f"Run {queued.pk} has not collected its drawings." in text(viewer_client, queued, ended_run(cat=[]))


def test_a_run_that_there_is_not_is_not_found(viewer_client: Client) -> None:
    run = ended_run(cat=[])
    assert viewer_client.get(f"{LIST}{run.pk}/difference/99/").status_code == 404


def test_strangers_see_no_difference(client: Client) -> None:
    run = ended_run(cat=[])
    assert client.get(f"{LIST}{run.pk}/difference/{run.pk}/").status_code == 302
