"""What is left of somebody who had everything of theirs deleted: nothing, wherever one looks."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client
from PIL import Image
from pytest_django import Settings

from recognition import starter
from recognition.explain.similar_drawings import find_similar
from recognition.models import Drawing, Feedback, Game, Report
from tests.factories import make_class, make_drawing
from tests.services.dumping import backup, rows
from training.models import TrainingRun

pytestmark = pytest.mark.django_db(transaction=True)

STROKES = [[[17, 203, 231, 40, 17], [19, 23, 211, 199, 19], [0, 107, 211, 307, 401]]]
REASON = "it shows my own face"
KEY = "a-key-that-I-chose-myself"
MANIFEST = ("training_trainingrun", "manifest")  # keeps the ids of drawings that a version has learnt from


@dataclass
class Person:
    """Somebody who used everything there is, and what was stored of them."""

    client: Client
    contributor: UUID
    drawings: list[UUID]
    secrets: dict[str, list[bytes]]  # what it is: how it may be written


@pytest.fixture
def person(client: Client, admin_client: Client, settings: Settings, tmp_path: Path) -> Person:
    settings.VAR = tmp_path
    starter.install(starter.read())
    others = make_drawing("house", label="house")
    used_everything(client, others)
    looked_at_by_staff(admin_client)
    find_similar(others)
    ids = list(Drawing.objects.filter(contributor=me()).values_list("pk", flat=True))
    TrainingRun.objects.create(status="failed", manifest={"classes": {"cat": {"collected": {"train": [str(ids[0])]}}}})
    return Person(client, me(), ids, secrets_of(me(), ids))


def used_everything(client: Client, others: Drawing) -> None:
    client.get("/")
    client.post("/play/")
    game = Game.objects.get()
    draw = {"strokes": STROKES, "prompt": "cat", "game": str(game.pk)}
    answer = client.post("/api/v1/drawings/", draw, "application/json", headers={"Idempotency-Key": KEY})
    assert answer.status_code == 201, answer.content
    picture = {"image": "data:image/png;base64," + b64encode(a_picture()).decode()}
    drawn = client.post("/api/v1/drawings/", picture, "application/json").json()
    for drawing in (drawn["id"], game.drawings.get().pk):
        said = {"correct": False, "label": "cat"}
        assert client.put(f"/api/v1/drawings/{drawing}/feedback/", said, "application/json").status_code == 200
    client.post(f"/drawings/{others.pk}/report/", {"reason": REASON})


def looked_at_by_staff(client: Client) -> None:
    mine = list(Drawing.objects.filter(contributor=me()))
    chosen = {"_selected_action": [str(drawing.pk) for drawing in mine]}
    for action in ("accept", "mark_gold", "approve"):
        client.post("/admin/recognition/drawing/", chosen | {"action": action})
    client.get(f"/admin/recognition/drawing/?contributor__id__exact={me()}")
    client.post("/review/judge/", {"drawing": str(mine[0].pk), "verdict": "label", "label": "cat"})


def me() -> UUID:
    [pk] = Game.objects.values_list("contributor", flat=True)
    return UUID(str(pk))


def a_picture() -> bytes:
    file, picture = BytesIO(), Image.new("L", (90, 90), 255)
    picture.paste(0, (13, 17, 61, 71))
    picture.save(file, "PNG")
    return file.getvalue()


def secrets_of(contributor: UUID, drawings: list[UUID]) -> dict[str, list[bytes]]:
    bitmaps = [bytes(one) for one in Drawing.objects.filter(pk__in=drawings).values_list("bitmap", flat=True)]
    return {
        "the contributor": ways_to_write(contributor),
        **{f"drawing {number}": ways_to_write(pk) for number, pk in enumerate(drawings)},
        "the game": ways_to_write(Game.objects.get().pk),
        "the strokes": [json.dumps(STROKES).encode(), json.dumps(STROKES, separators=(",", ":")).encode()],
        "the pixels": [one for bitmap in bitmaps for one in (bitmap, bitmap.hex().encode())],
        "the reason": [REASON.encode()],
        "the key": [KEY.encode()],
    }


def ways_to_write(one: UUID) -> list[bytes]:
    return [str(one).encode(), one.hex.encode(), one.bytes]


def found_in(content: bytes, secrets: dict[str, list[bytes]]) -> set[str]:
    return {what for what, ways in secrets.items() if any(way in content for way in ways)}


def found_in_rows(secrets: dict[str, list[bytes]]) -> set[tuple[str, str, str]]:
    return {(what, table, column) for table, column, value in rows() for what in found_in(value, secrets)}


def by_the_page(person: Person) -> None:
    assert person.client.post("/mine/forget/").status_code == 200


def by_the_api(person: Person) -> None:
    assert person.client.delete("/api/v1/me/").status_code == 204


def one_by_one(person: Person) -> None:
    for drawing in person.drawings:
        assert person.client.delete(f"/api/v1/drawings/{drawing}/").status_code == 204
    by_the_page(person)


@pytest.mark.parametrize("delete", [by_the_page, by_the_api, one_by_one])
def test_no_table_keeps_anything_of_somebody_who_is_forgotten(person: Person, delete: Callable[[Person], None]) -> None:
    before = {what for what, _, _ in found_in_rows(person.secrets)}
    assert before == set(person.secrets)  # else the test looks for what was never there

    delete(person)

    assert found_in_rows(person.secrets) == {("drawing 0", *MANIFEST)}


@pytest.mark.parametrize("vacuum", [[], ["--vacuum"]], ids=["after a night", "after a vacuum"])
def test_no_backup_made_after_that_night_has_anything_of_them(person: Person, vacuum: list[str]) -> None:
    assert found_in(backup(), person.secrets) >= {"the contributor", "the strokes", "the reason", "the key"}
    by_the_page(person)
    TrainingRun.objects.all().delete()  # its manifest may keep the ids

    call_command("retain", *vacuum)

    assert found_in(backup(), person.secrets) == set()


def test_no_file_of_this_host_keeps_anything_of_them(person: Person, tmp_path: Path) -> None:
    def kept() -> set[str]:
        return {
            what
            for path in tmp_path.rglob("*")
            if path.is_file()
            for what in found_in(path.read_bytes(), person.secrets)
        }

    assert kept() >= {"drawing 0"}
    by_the_page(person)
    assert kept() == set()


def test_the_log_never_hears_of_them(
    client: Client, admin_client: Client, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VAR = tmp_path
    starter.install(starter.read())
    with caplog.at_level(logging.INFO):
        used_everything(client, make_drawing("house", label="house"))
        contributor, drawings = me(), list(Drawing.objects.filter(contributor=me()).values_list("pk", flat=True))
        secrets = secrets_of(contributor, drawings)
        client.post("/mine/forget/")
        call_command("retain")
    assert found_in(caplog.text.encode(), secrets) == set()


def test_what_others_drew_stays(person: Person) -> None:
    by_the_page(person)
    assert Drawing.objects.get().label == make_class("house")
    assert not Feedback.objects.filter(contributor=person.contributor).exists()
    assert not Report.objects.exists()


def test_all_that_is_found_of_somebody_is_in_what_they_download(person: Person) -> None:
    everything = b"".join(person.client.get("/api/v1/me/"))  # type: ignore[arg-type]
    told = json.loads(everything)
    assert told["id"] == str(person.contributor)
    assert {drawing["id"] for drawing in told["drawings"]} == {str(one) for one in person.drawings}
    assert STROKES in [drawing["strokes"] for drawing in told["drawings"]]
    assert len(told["games"]) == len(told["reports"]) == 1
    assert len(told["feedback"]) == 2
    assert all(drawing["predictions"] and drawing["bitmap"] for drawing in told["drawings"])
    assert KEY in everything.decode()
