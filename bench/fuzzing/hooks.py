"""What schemathesis cannot know: how long a stroke's lists are, what an image is, which classes there are."""

from __future__ import annotations

from base64 import b64encode
from random import Random
from typing import Any

import schemathesis

from tests.fuzzing import seeds

WORDS = ["cat", "house", "star", "fish"]


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Make sense of most bodies that fit the schema; those that should not fit it stay as they are."""
    meta = case.meta
    if meta is None or meta.generation.mode.value != "positive" or not isinstance(case.body, dict):
        return
    random = Random(case.id)
    if random.random() < 0.2:
        return
    for body in (case.body, *_drawings(case.body)):
        _make_sense(body, random, is_form=case.media_type == "multipart/form-data")


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
