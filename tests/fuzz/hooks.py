"""What schemathesis cannot know: what format strokes have, what an image is, which classes there are."""

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
    if meta is None or meta.generation.mode.value != "positive":
        return
    random = Random(case.id)
    for name in {"label", "predicted"} & set(case.query or ()):
        case.query[name] = random.choice(WORDS)
    if not isinstance(case.body, dict) or random.random() < 0.2:
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
        body["format"], body["strokes"] = _fitted_strokes(body["strokes"], random)
    elif "image" in body:
        image = random.choice(seeds.images())
        body["image"] = b64encode(image).decode() if isinstance(body["image"], str) and not is_form else image
        body.pop("strokes", None)
    for name in ("prompt", "label"):
        if body.get(name) is not None:
            body[name] = random.choice(WORDS)
    for name in ("game", "won"):  # nobody's
        body.pop(name, None)
    if "classes" in body:
        body["classes"] = WORDS[: random.choice((0, 2, 4))]


def _fitted_strokes(strokes: list[Any], random: Random) -> tuple[str, list[Any]]:
    """Return the format that strokes look like, and strokes that have it."""
    if isinstance(strokes[0][0], int | float):
        return "stroke-3", [[*map(_fitted, step[:2]), random.choice((0, 1))] for step in strokes]
    if any(any(isinstance(point, dict) for point in stroke) or not 2 <= len(stroke) <= 3 for stroke in strokes):
        return "points", [list(map(_fitted_point, stroke)) for stroke in strokes]
    # Equally many numbers in each list of a stroke.
    return "quickdraw", [
        [list(map(_fitted, axis)) for axis in zip(*zip(*stroke, strict=False), strict=True)] for stroke in strokes
    ]


def _fitted_point(point: dict[str, Any] | list[float]) -> dict[str, Any]:
    x, y = (point["x"], point["y"]) if isinstance(point, dict) else point[:2]
    return {"x": _fitted(x), "y": _fitted(y)}


def _fitted(number: float) -> float:
    return number if abs(number) <= 1e6 else number % 1e6
