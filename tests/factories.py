"""Rows that tests start from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import split_of
from recognition.imaging.strokes import Strokes
from recognition.inference.results import Calibration
from recognition.labeling.feedback import give_feedback
from recognition.labeling.policy import update_label
from recognition.models import Contributor, DoodleClass, Drawing, Gold, GoldAnswer, ModelVersion, Prediction
from recognition.moderation import update_exhibit

DATA = Path(__file__).parent / "data"


def make_version(
    *, promoted: bool = True, threshold: float | None = None, labels: Sequence[str] | None = None
) -> ModelVersion:
    """Register the tiny network, which really recognizes banana, cat, eye, fish, house and star.

    labels: others in their place, so that it says something else.
    """
    facts = json.loads((DATA / "tiny.json").read_text())
    calibration = Calibration(facts["temperature"], facts["threshold"] if threshold is None else threshold)
    artifact = (DATA / "tiny.tflite").read_bytes()
    version = ModelVersion.objects.register(artifact, labels or facts["labels"], calibration, metrics={})
    if promoted:
        version.promote(by=None, reason="test")
    return version


def strokes_of(word: str) -> Strokes:
    """Return a real drawing, which the tiny network recognizes: a cat or a house."""
    strokes: Strokes = json.loads((DATA / "drawings.json").read_text())[word]
    return strokes


def make_drawing(word: str = "cat", *, label: str | None = None, **fields: Any) -> Drawing:
    """Store a real drawing of a new contributor, accepted as `label` if there is one; `fields` overrule that."""
    strokes = strokes_of(word)
    bitmap = rasterize(strokes)
    defaults: dict[str, Any] = {"strokes": strokes, "bitmap": bitmap.tobytes(), "split": split_of(bitmap)}
    if label:
        defaults |= {"label": make_class(label), "status": Drawing.Status.ACCEPTED}
    if "contributor" not in fields:
        defaults["contributor"] = Contributor.objects.create()
    drawing = Drawing.objects.create(**defaults | fields)
    update_exhibit(drawing)
    return drawing


def propose(word: str) -> Drawing:
    """Store a real drawing of somebody who was asked for it and has said nothing yet."""
    drawing = make_drawing(word, prompt=make_class(word))
    update_label(drawing)
    return drawing


def make_prediction(drawing: Drawing, version: ModelVersion) -> Prediction:
    """Store what a version really says about a drawing."""
    prediction = Prediction.of(version.load().recognize(drawing.pixels()), version, milliseconds=0.1)
    prediction.drawing = drawing
    prediction.save()
    update_exhibit(Drawing.objects.get(pk=drawing.pk))
    return prediction


def make_gold(word: str = "cat") -> Drawing:
    """Store a real drawing that staff have marked as beyond doubt."""
    drawing = make_drawing(word, label=word)
    Gold.objects.create(drawing=drawing, label=make_class(word))
    return drawing


def fail_on_gold(reviewer: Contributor, times: int = 6) -> None:
    """Have a reviewer be wrong about so many gold drawings."""
    for _ in range(times):
        GoldAnswer.objects.create(gold=make_gold().gold, contributor=reviewer, label=None, right=False)


def say(drawing: Drawing, label: str | None) -> None:
    """Say as who drew a cat, or what the network takes for one, what it is."""
    of_class = make_class(label) if label else None
    give_feedback(drawing, drawing.contributor, correct=label == "cat", label=of_class)


def make_judged(version: ModelVersion, label: str | None, *, days_ago: int = 0) -> Drawing:
    """Store a drawing that a version takes for a cat, and about which whoever drew it says what it is."""
    make_class("cat")
    drawing = make_drawing("cat")
    answer = make_prediction(drawing, version)
    Prediction.objects.filter(pk=answer.pk).update(created_at=timezone.now() - timedelta(days=days_ago))
    say(drawing, label)
    return drawing


def make_class(name: str) -> DoodleClass:
    return DoodleClass.objects.get_or_create(name=name)[0]


def make_admin(username: str = "admin") -> User:
    """Make a user on the staff who may do everything."""
    return User.objects.create_superuser(username, password="secret")


def make_user(username: str = "sam", *, staff: bool = False) -> User:
    return User.objects.create_user(username, password="secret", is_staff=staff)


def ship_tiny(folder: Path) -> Path:
    """Make a folder as the starter model's, with the tiny network in it; return it."""
    artifact = (DATA / "tiny.tflite").read_bytes()
    (folder / "starter.tflite").write_bytes(artifact)
    facts = json.loads((DATA / "tiny.json").read_text())
    facts |= {"metrics": {"top1": 0.9}, "preset": "quick", "command": "manage.py train", "drawings": 600}
    facts["sha256"] = hashlib.sha256(artifact).hexdigest()
    (folder / "starter.json").write_text(json.dumps(facts))
    return folder
