from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from rest_framework.test import APIClient

from recognition.api.serializers.me import MeSerializer, MyDrawingSerializer
from recognition.models import Contributor, Drawing, Feedback, Game, Token
from recognition.moderation import report
from tests.factories import fail_on_gold, make_class, make_drawing, make_prediction, make_version, strokes_of

ME = "/api/v1/me/"


def all_of_me(client: APIClient) -> dict[str, Any]:
    response = client.get(ME)
    assert response.status_code == 200
    everything: dict[str, Any] = json.loads(response.getvalue())
    return everything


def test_no_cache_keeps_what_is_ones_own(browser: APIClient, contributor: Contributor) -> None:
    contributor.save()
    hidden = make_drawing("cat", contributor=contributor, moderation=Drawing.Moderation.PRIVATE)
    own = [ME, "/api/v1/drawings/?mine=true", "/mine/", "/mine/drawings.ndjson"]
    pictures = [f"/api/v1/drawings/{hidden.pk}/{name}" for name in ("bitmap.png", "drawing.svg")]

    for address in own + pictures:
        assert {"no-store", "private"} <= set(browser.get(address).headers["Cache-Control"].split(", ")), address


def test_one_gets_all_that_is_stored_of_one(browser: APIClient, contributor: Contributor) -> None:
    contributor.save()
    pens = [["blue", "thick"]]
    mine, other = make_drawing("cat", contributor=contributor, pens=pens), make_drawing("house")
    make_prediction(mine, make_version())
    Feedback.objects.create(drawing=mine, contributor=contributor, correct=True, label=make_class("cat"))
    Feedback.objects.create(drawing=other, contributor=contributor, correct=False)

    me = all_of_me(browser)

    assert [drawing["id"] for drawing in me["drawings"]] == [str(mine.pk)]
    assert me["drawings"][0]["strokes"] == strokes_of("cat")
    assert me["drawings"][0]["pens"] == pens
    assert me["drawings"][0]["prediction"]["label"] == "cat"
    assert {said["drawing"] for said in me["feedback"]} == {str(mine.pk), str(other.pk)}


def test_one_gets_what_every_version_said_the_pixels_the_games_and_the_reports(
    browser: APIClient, contributor: Contributor
) -> None:
    contributor.save()
    game = Game.objects.create(contributor=contributor, words=["cat", "house"])
    mine = make_drawing("cat", contributor=contributor, game=game)
    versions = [make_version(), make_version()]
    for version in versions:
        make_prediction(mine, version)
    other = make_drawing("house", label="house")
    report(other, contributor, "not nice")

    me = all_of_me(browser)

    assert me["id"] == str(contributor.pk)
    assert [one["model_version"] for one in me["drawings"][0]["predictions"]] == [2, 1]
    assert b64decode(me["drawings"][0]["bitmap"]) == bytes(mine.bitmap)
    assert me["drawings"][0]["game"] == me["games"][0]["id"] == str(game.pk)
    assert me["games"][0]["words"] == ["cat", "house"]
    assert [(one["drawing"], one["reason"]) for one in me["reports"]] == [(str(other.pk), "not nice")]


def test_it_is_what_the_schema_says(browser: APIClient, contributor: Contributor) -> None:
    contributor.save()
    make_prediction(make_drawing("cat", contributor=contributor), make_version())
    me = all_of_me(browser)
    assert set(me) == set(MeSerializer().fields)
    assert set(me["drawings"][0]) == set(MyDrawingSerializer().fields)


def test_a_reviewer_gets_what_he_said_of_gold_drawings_and_his_tokens(program: Callable[..., APIClient]) -> None:
    robot = program("read", staff=True)
    contributor = Contributor.objects.of_user(User.objects.get())
    fail_on_gold(contributor, times=1)

    me = all_of_me(robot)

    assert me["user"] == "robot"
    assert me["reviews"][0]["label"] is None
    assert [token["scopes"] for token in me["tokens"]] == [["read"]]
    assert Token.objects.get().digest not in json.dumps(me)


def test_of_somebody_new_nothing_is_stored(browser: APIClient, contributor: Contributor) -> None:
    lists = ("drawings", "feedback", "games", "reports", "reviews", "tokens")
    assert all_of_me(browser) == {"id": str(contributor.pk), "since": None, "user": None} | {name: [] for name in lists}
    assert not Contributor.objects.exists()


def test_many_drawings_are_still_one_json_document(browser: APIClient, contributor: Contributor) -> None:
    contributor.save()
    for _ in range(3):
        make_drawing(contributor=contributor)

    assert len(all_of_me(browser)["drawings"]) == 3


def test_one_is_forgotten(browser: APIClient, contributor: Contributor) -> None:
    contributor.save()
    make_drawing(contributor=contributor)
    others = make_drawing()

    assert browser.delete(ME).status_code == 204
    assert list(Drawing.objects.all()) == [others]
    assert not Contributor.objects.filter(pk=contributor.pk).exists()


def test_forgetting_somebody_of_whom_nothing_is_stored_is_no_error(browser: APIClient) -> None:
    assert browser.delete(ME).status_code == 204


def test_whoever_is_unknown_must_say_who_they_are(api: APIClient) -> None:
    assert api.get(ME).status_code == 401
    assert api.delete(ME).status_code == 401


def test_a_program_sees_and_deletes_what_is_its_users(program: Callable[..., APIClient]) -> None:
    robot = program("recognize", "read")
    robot.post("/api/v1/drawings/", {"strokes": strokes_of("cat")})

    assert len(all_of_me(robot)["drawings"]) == 1
    assert robot.delete(ME).status_code == 204
    assert all_of_me(robot)["drawings"] == []
