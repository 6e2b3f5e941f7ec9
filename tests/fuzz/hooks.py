"""What schemathesis cannot know: how long a stroke's lists are, what an image is, which classes there are."""

from __future__ import annotations

from base64 import b64encode
from random import Random
from typing import Any
from urllib.parse import urlencode

import schemathesis

from tests.fuzz import seeds

PLACES = ["", "cat", "\0", "5", "2026-11-20T10:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]
WORDS = ["cat", "house", "star", "fish"]


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Make sense of most bodies that fit the schema; those that should not fit it stay as they are."""
    if case.query and "cursor" in case.query:
        case.query["cursor"] = _cursor(Random(case.id))
    meta = case.meta
    if meta is None or meta.generation.mode.value != "positive" or not isinstance(case.body, dict):
        return
    random = Random(case.id)
    if random.random() < 0.2:
        return
    for body in (case.body, *_drawings(case.body)):
        _make_sense(body, random, is_form=case.media_type == "multipart/form-data")


def _cursor(random: Random) -> str:
    """Return a place in a list that somebody made up, in the clothes of ours."""
    position = random.choice(
        [*PLACES, str(random.uniform(-1e20, 1e20)), "".join(map(chr, random.choices(range(300)))) * 9]
    )
    return b64encode(urlencode({random.choice("ppo"): position, "r": random.choice("01")}).encode()).decode()


def _drawings(body: dict[str, Any]) -> list[dict[str, Any]]:
    drawings = body.get("drawings")
    return [one for one in drawings if isinstance(one, dict)] if isinstance(drawings, list) else []


def _make_sense(body: dict[str, Any], random: Random, *, is_form: bool) -> None:
    if body.get("strokes"):
        body.pop("image", None)
        body["strokes"] = [_fitted(stroke) for stroke in body["strokes"]]
    elif "image" in body:
        image = random.choice(seeds.images())
        body["image"] = b64encode(image).decode() if isinstance(body["image"], str) and not is_form else image
        body.pop("strokes", None)
    for name in ("prompt", "label"):
        if body.get(name) is not None:
            body[name] = random.choice(WORDS)
    body.pop("game", None)  # nobody's
    if "classes" in body:
        body["classes"] = WORDS[: random.choice((0, 2, 4))]


def _fitted(stroke: list[list[float]]) -> list[list[float]]:
    length = min(map(len, stroke))
    return [[number if abs(number) <= 1e6 else number % 1e6 for number in axis[:length]] for axis in stroke]
