from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from recognition import starter
from recognition.models import DayTally, ModelVersion
from tests.factories import make_class
from tests.training.pages.conftest import measured
from training.models import TrainingRun

pytestmark = pytest.mark.django_db


def markdown(client: Client, version: ModelVersion) -> str:
    answer = client.get(f"/models/{version.number}/card.md")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="doodlesite-{version.number}.md"'
    return answer.content.decode()


def test_the_card_says_the_same_on_the_page_and_as_markdown(client: Client, version: ModelVersion) -> None:
    page = client.get(f"/models/{version.number}/card/").content.decode()
    card = markdown(client, version)
    titles = [line.removeprefix("## ") for line in card.splitlines() if line.startswith("## ")]
    assert titles[:3] == ["What it is", "What it is for", "What it learnt from"]
    assert all(title.replace("'", "&#x27;") in page for title in titles)


def test_a_table_of_many_classes_is_folded_on_the_page(client: Client, version: ModelVersion) -> None:
    assert "<details>" not in client.get(f"/models/{version.number}/card/").content.decode()
    classes = {f"class {number}": {f"class {number}": 1} for number in range(345)}
    version.metrics = {"base": measured(0.9, classes)}
    version.save(update_fields=["metrics"])
    assert "<summary>Show all 345</summary>" in client.get(f"/models/{version.number}/card/").content.decode()


def test_it_says_how_good_the_version_is(client: Client, version: ModelVersion) -> None:
    card = markdown(client, version)
    assert "|  | Quick, Draw! test drawings | Collected test drawings |" in card
    assert "| right | 91.2\xa0% | 50.0\xa0% |" in card
    assert "| cat | 100 | 80.0\xa0% | 90.0\xa0% | fish 20 |" in card


def test_it_says_how_often_people_called_it_right(client: Client, version: ModelVersion) -> None:
    assert "Too few to tell: 0 of 0" in markdown(client, version)
    DayTally.objects.create(version=version.number, day="2026-05-01", judged=263, right=81)
    assert "30.8\xa0% of 263 judged answers were right" in markdown(client, version)


def test_it_says_what_the_version_learnt_from(client: Client, version: ModelVersion) -> None:
    one = {
        "base": {"train": 1800, "validation": 10, "test": 10, "near": 2},
        "collected": {"train": ["a"], "validation": [], "test": []},
        "collected_left_out": {"b": "near copy of an older drawing"},
    }
    TrainingRun.objects.create(status="succeeded", version=version, manifest={"classes": {"cat": one}})
    card = markdown(client, version)
    assert "1,802 drawings of Google's Quick, Draw! data set (CC BY 4.0) and 1 that people drew here" in card
    assert "| cat | 1,802 | 1 |" in card
    assert "Left out: 1 drawn here, near copy of an older drawing." in card


def test_where_nothing_is_known_of_that_it_says_so(client: Client, version: ModelVersion) -> None:
    assert "This was not recorded." in markdown(client, version)


def test_the_starter_model_tells_what_ships_with_it(client: Client) -> None:
    version = starter.install(starter.read())
    card = markdown(client, version)
    assert "It was trained by: manage.py train" in card
    assert "## Untidy drawings" in card
    page = client.get(f"/models/{version.number}/").content.decode()
    assert "It came with doodlesite" in page


def test_a_name_is_not_taken_for_markup(client: Client, version: ModelVersion) -> None:
    name = "<script>|*x*"
    make_class(name)
    version.metrics["base"]["classes"] = {name: {"support": 1, "recall": 1.0, "precision": None, "said": {}}}
    version.labels = [*version.labels, name]
    version.save(update_fields=["labels", "metrics"])
    assert "| \\<script\\>\\|\\*x\\* | 1 |" in markdown(client, version)
    assert "<script>|" not in client.get(f"/models/{version.number}/card/").content.decode()


@pytest.mark.parametrize("name", ["card/", "card.md"])
def test_a_card_of_a_version_that_there_is_not_is_not_found(client: Client, settings: Settings, name: str) -> None:
    assert client.get(f"/models/99/{name}").status_code == 404
