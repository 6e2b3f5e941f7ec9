"""Every address of the site, asked for by strangers: none tells who drew what, or shows what is hidden."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from recognition.accounts.identity import COOKIE
from recognition.api.security.feedback_tokens import feedback_token
from recognition.imaging.rendering import bitmap_to_png
from recognition.imaging.splits import Split
from recognition.models import Contributor, Drawing, Feedback, Game, Report, Token
from recognition.moderation import update_exhibit
from recognition.throttling import rate_limit
from tests.factories import make_class, make_drawing, make_prediction, make_version, strokes_of
from training.models import TrainingRun

pytestmark = pytest.mark.django_db

NAMES = ("zacharias", "wilhelmina")  # users that appear nowhere
CONVERTERS = re.compile(r"<(?:\w+:)?(\w+)>")
QUERIES = (
    "",
    "?mine=true",
    "?label=cat",
    "?predicted=cat",
    "?correct=false",
    "?source=page",
    "?on=collected&is=house&said=house",
)
METHODS = ("get", "head", "options", "post", "put", "patch", "delete")


class World:
    """A site where people drew, reported, played, labelled and trained."""

    def __init__(self) -> None:
        self.version = make_version()
        for label in self.version.labels:
            make_class(label)
        users = [User.objects.create_user(name, f"{name}@example.org", "secret", is_staff=True) for name in NAMES]
        self.owner, self.other = (Contributor.objects.of_user(user) for user in users)
        self.game = Game.objects.create(contributor=self.owner, words=self.version.labels)
        self.shown = self._drawn("cat")
        self.hidden = [
            self._drawn("house", moderation=Drawing.Moderation.HIDDEN, shift=1),
            self._drawn("house", moderation=Drawing.Moderation.REPORTED, shift=2),
        ]
        self.pending = [
            self._drawn("house", status=Drawing.Status.UNLABELLED, label=None, game=None, shift=3),
            self._drawn("house", status=Drawing.Status.REJECTED, game=None, shift=4),
        ]
        for drawing in (self.shown, *self.hidden, *self.pending):
            Feedback.objects.create(drawing=drawing, contributor=self.other, correct=False, by_staff=True)
        Report.objects.create(drawing=self.hidden[1], contributor=self.other, reason="it shows wilhelmina")
        self.token = Token.objects.issue(users[0], ["read"], "zacharias")
        self.run = TrainingRun.objects.create(
            config={},
            version=self.version,
            requested_by=users[0],
            status="succeeded",
            manifest={"drawings": [str(one.pk) for one in self._secret_drawings()]},
        )
        self.version.promote(by=users[1], reason="better")

    def secrets(self) -> dict[str, str]:
        """Return what no answer may hold, each with what it is."""
        found = {str(one.pk): "who somebody is" for one in (self.owner, self.other)}
        found |= {one.pk.hex: "who somebody is" for one in (self.owner, self.other)}
        found |= dict.fromkeys(NAMES, "a user's name")
        found |= {Token.objects.get().digest: "a token's hash", self.token: "a token"}
        found |= {feedback_token(one): "a feedback token" for one in Drawing.objects.all()}
        for one in self._secret_drawings():
            found |= {str(one.pk): f"the {one.moderation or one.status} drawing", one.pk.hex: "it, too"}
            found |= {
                b64encode(bitmap_to_png(one.pixels(), scale=2)).decode(): f"pixels of the {one.moderation} drawing"
            }
            found |= dict.fromkeys(re.findall(r'd="(M[^"]{30,})"', one.svg()), f"lines of the {one.moderation} drawing")
        address = rate_limit.pseudonym("127.0.0.1")
        return found | {address.hex(): "an address", address.hex()[:32]: "an address"}

    def addresses(self) -> Iterator[str]:
        """Yield every address of the site, below /admin/ too, of things that may be seen and of hidden ones."""
        values = {
            "number": 1,
            "pk": self.run.pk,
            "id": self.run.pk,
            "game_id": self.game.pk,
            "rest": "x",
            "drawings": "collected",
        }
        for route in routes():
            for drawing in (self.shown, *self.hidden) if "drawing_id" in route else (self.shown,):
                known = values | {"drawing_id": drawing.pk, "object_id": drawing.pk}
                yield "/" + CONVERTERS.sub(lambda found, known=known: str(known.get(found[1], 1)), route)

    def _secret_drawings(self) -> list[Drawing]:
        return [*self.hidden, *self.pending]

    def _drawn(self, word: str, *, shift: int = 0, **fields: Any) -> Drawing:
        strokes = [[[x + shift * (i % 3) for i, x in enumerate(xs)], *rest] for xs, *rest in strokes_of(word)]
        defaults: dict[str, Any] = {"label": word, "contributor": self.owner, "game": self.game}
        about = defaults | fields | {"strokes": strokes, "prompt": make_class(word), "split": Split.TEST}
        drawing = make_drawing(word, **about)
        make_prediction(drawing, self.version)
        return drawing


def routes(patterns: list[Any] | None = None, before: str = "") -> Iterator[str]:
    """Yield all routes of the URL configuration, such as `drawings/<uuid:drawing_id>/`."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and not route.startswith("admin/("):
            yield route


@pytest.fixture
def world(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> World:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    settings.ADDRESS_RATES = {"pages": (100_000, 60)}  # so that the address is counted
    monkeypatch.setattr(rate_limit, "_counter", rate_limit.RateLimiter())
    return World()


def requests(world: World) -> Iterator[tuple[str, str]]:
    for method in METHODS:
        for address in world.addresses():
            for query in QUERIES if method == "get" else ("",):
                yield method, address + query


def stranger(kind: str) -> Client:
    client = Client(raise_request_exception=False)
    if kind == "with a cookie":
        client.get("/")
        assert COOKIE in client.cookies
    if kind == "with an account":
        client.force_login(User.objects.create_user("visitor"))
    if kind == "as staff without a right":
        client.force_login(User.objects.create_user("visitor", is_staff=True))
    return client


def body_of(response: Any) -> str:
    content = response.getvalue() if response.streaming else response.content
    return f"{content.decode(errors='replace')} {response.headers} {response.cookies}"


@pytest.mark.parametrize("kind", ["without anything", "with a cookie", "with an account"])
def test_strangers_learn_nothing_of_others(world: World, kind: str) -> None:
    client = stranger(kind)
    secrets = world.secrets()
    leaks, failures = [], []
    for method, address in requests(world):
        response = getattr(client, method)(address, **({} if method in ("get", "head") else {"data": {}}))
        said = body_of(response)
        asked = set(re.findall(r"[0-9a-f-]{36}", address))  # whoever knows an id may hear it again
        leaks += [(method, address, what) for one, what in secrets.items() if one in said and one not in asked]
        failures += [(method, address)] if response.status_code >= 500 else []

    assert leaks == []
    assert [one for one in failures if "readyz" not in one[1]] == []
    assert Drawing.objects.filter(moderation=Drawing.Moderation.HIDDEN).count() == 1


@pytest.mark.parametrize("kind", ["without anything", "with a cookie", "with an account", "as staff without a right"])
def test_a_hidden_drawing_is_as_if_there_were_none(world: World, kind: str) -> None:
    client = stranger(kind)
    for drawing in world.hidden:
        for route in routes():
            for method in METHODS if "drawing_id" in route else ():
                answers = [answer_about(pk, route, client, method) for pk in (drawing.pk, UUID(int=1))]
                assert answers[0] == answers[1], (method, route)


def answer_about(pk: UUID, route: str, client: Client, method: str) -> tuple[int, str]:
    """Return the status and the body of an answer about a drawing, without its id and the page's CSRF token."""
    response = getattr(client, method)("/" + CONVERTERS.sub(str(pk), route))
    body = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", response.content.decode())
    return response.status_code, body.replace(str(pk), "")


def test_a_moderated_gallery_shows_nothing_that_nobody_approved(world: World, settings: Settings) -> None:
    settings.GALLERY_MODERATED = True
    update_exhibit(world.shown)
    client = Client()

    lists = [client.get(path) for path in ("/gallery/", "/api/v1/drawings/", "/gallery/?label=cat", "/mine/")]

    assert not [answer for answer in lists if str(world.shown.pk) in answer.content.decode()]


def test_the_walk_goes_everywhere(world: World) -> None:
    addresses = list(world.addresses())

    assert len(addresses) > 150
    assert f"/drawings/{world.hidden[0].pk}/" in addresses
    assert not [address for address in addresses if "<" in address]


def test_the_network_takes_the_hidden_drawings_for_what_they_are(world: World) -> None:
    """Else no page about its mistakes and successes would have to leave them out."""
    assert [one.predictions.get().label for one in world.hidden] == ["house", "house"]
