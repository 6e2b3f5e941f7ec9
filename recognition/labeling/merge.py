"""Merges a class into another one that is the same word: what an upgrade found twice becomes one class."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, ManyToOneRel, Q

from recognition.infra.words import word_key
from recognition.labeling.policy import update_label
from recognition.models import AuditEntry, DoodleClass, Drawing, Exhibit, Feedback, Game, ModelVersion, Prediction
from recognition.stats.accuracy import recount

CHUNK_ROWS = 500  # in memory at a time


class OtherWord(ValueError):
    """The classes are not the same word."""


@transaction.atomic
def merge_classes(old: DoodleClass, into: DoodleClass, *, dry_run: bool = False) -> Counter[str]:
    """Move everything that refers to a class to another one of the same word, and delete it; in one transaction.

    Returns how many rows moved, by kind; none if the class is gone already. The accuracy counts are made again.

    dry_run: only count. Raises OtherWord.
    """
    if not into.is_called(old.name) or old == into:
        raise OtherWord(f"“{old}” and “{into}” are not two classes of the same word.")
    locked = DoodleClass.objects.select_for_update().order_by("pk").in_bulk([old.pk, into.pk])
    moved: Counter[str] = Counter()
    if len(locked) < 2:
        return moved
    old, into = locked[old.pk], locked[into.pk]
    judged = list(Feedback.objects.filter(label=old).values_list("drawing_id", flat=True))
    for kind, count in (*_move_references(old, into), *_move_names(old.name, into.name)):
        moved[kind] += count
    _delete(old, into)
    Exhibit.objects.filter(label=into).exclude(guess="").update(
        right=ExpressionWrapper(Q(guess=into.name), BooleanField())
    )
    for drawing in Drawing.objects.filter(pk__in=judged).defer("bitmap", "strokes").with_predictions():
        update_label(drawing)  # two people may agree now
    recount()
    AuditEntry.objects.record(AuditEntry.Action.CHANGED, f"class {into}", f"Merged “{old}” into it: {summary(moved)}.")
    transaction.set_rollback(dry_run)
    return moved


def summary(moved: Counter[str]) -> str:
    """Say in words how many rows moved."""
    return ", ".join(f"{count:,} {kind}" for kind, count in moved.items() if count) or "nothing referred to it"


def advice(double: DoodleClass, kept: DoodleClass) -> str:
    """Name two classes that are the same word, with the command that merges them."""
    names = " ".join(shlex.quote(doodle_class.name) for doodle_class in (double, kept))
    return f"“{double}” is the same word as “{kept}”. To merge them: manage.py merge_classes {names}"


def versions_with_both(old: str, into: str) -> list[int]:
    """Return the numbers of the versions that know both names: they go on saying the old one, too."""
    versions = ModelVersion.objects.order_by("number").values_list("number", "labels")
    return [number for number, labels in versions if {old, into} <= set(labels)]


def _move_references(old: DoodleClass, into: DoodleClass) -> Iterator[tuple[str, int]]:
    for relation in DoodleClass._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            model, name = relation.field.model, relation.field.name
            yield (
                f"{model._meta.verbose_name} {name}s",
                model._base_manager.filter(**{name: old}).update(**{name: into}),
            )


def _move_names(old: str, into: str) -> Iterator[tuple[str, int]]:
    """Rename a class where it is stored by its name: in guesses, games and versions."""
    yield "gallery guesses", Exhibit.objects.filter(guess=old).update(guess=into)
    while predictions := list(Prediction.with_unshown.filter(label=old).only("label", "top")[:CHUNK_ROWS]):
        for prediction in predictions:
            prediction.label, prediction.top = into, _renamed_top(prediction.top, old, into)
        yield "predictions", Prediction.with_unshown.bulk_update(predictions, ["label", "top"])
    games = [game for game in Game.objects.iterator(CHUNK_ROWS) if old in game.words]
    for game in games:
        game.words = _renamed(game.words, old, into)
    yield "games", Game.objects.bulk_update(games, ["words"], batch_size=CHUNK_ROWS)
    for version in ModelVersion.objects.defer("artifact"):
        if old in version.labels and into not in version.labels:
            version.labels, version.metrics = (_renamed(part, old, into) for part in (version.labels, version.metrics))
            version.save(update_fields=["labels", "metrics"])
            yield "versions", 1


def _renamed_top(top: list[dict[str, Any]], old: str, into: str) -> list[dict[str, Any]]:
    """Return the best guesses, each name once, with the new name."""
    by_name: dict[str, dict[str, Any]] = {}
    for guess in top:
        name = into if guess["label"] == old else guess["label"]
        by_name.setdefault(name, guess | {"label": name})
    return list(by_name.values())


def _renamed(value: Any, old: str, into: str) -> Any:
    """Return a JSON value with a name replaced wherever it is a whole string or a key."""
    if isinstance(value, dict):
        return {_renamed(name, old, into): _renamed(part, old, into) for name, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, old, into) for part in value]
    return into if value == old else value


def _delete(old: DoodleClass, into: DoodleClass) -> None:
    """Delete the old class; the other one gets the key, and is in use if one of them was."""
    old.delete()
    into.key = word_key(into.name)
    into.active |= old.active
    into.comes_with = None if into.active else into.comes_with
    into.direction_matters |= old.direction_matters
    if old.origin == DoodleClass.Origin.QUICKDRAW:
        into.origin = old.origin
    into.save()
