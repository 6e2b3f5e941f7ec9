"""The data set of one run: base and collected drawings, sides apart, and a manifest that says exactly what is in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings

from recognition.imaging.splits import Split
from training.data import quickdraw_data, user_drawings
from training.data.drawing_index import Drawings, Part
from training.data.user_drawings import CollectedDrawing
from training.models import Suspect
from training.quickdraw.folder import QuickDrawFolder


class TooFewDrawings(ValueError):
    """A class has nothing to be trained on, or there are not two classes; the message says which."""


@dataclass(frozen=True)
class ClassData:
    """Everything that is known of one class before it becomes parts of the data set."""

    name: str
    base: quickdraw_data.BaseClass
    collected: user_drawings.CollectedClass

    def base_parts(self, target: int, split: Split) -> list[Part]:
        parts = [Part(target, self.base.official, self.base.rows[split])]
        if split is Split.TRAIN:
            parts.append(Part(target, self.base.near, self.base.near_rows))
        return parts

    def collected_part(self, target: int, split: Split) -> Part:
        return Part(target, self.collected.pixels, self.collected.rows(split))

    def trained_on(self) -> int:
        return len(self.base.rows[Split.TRAIN]) + len(self.base.near_rows) + len(self.collected.rows(Split.TRAIN))


@dataclass(frozen=True)
class Dataset:
    """Drawings of some classes. Targets of all drawings index `labels`, which are in alphabetical order.

    waiting: classes that have too few drawings to train on, and how many they have.
    """

    classes: Sequence[ClassData]
    waiting: dict[str, int]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.classes)

    @cached_property
    def base(self) -> dict[Split, Drawings]:
        return {
            split: Drawings([part for target, one in enumerate(self.classes) for part in one.base_parts(target, split)])
            for split in Split
        }

    @cached_property
    def collected(self) -> dict[Split, Drawings]:
        return {
            split: Drawings([one.collected_part(target, split) for target, one in enumerate(self.classes)])
            for split in Split
        }

    def collected_to_train_on(self) -> list[CollectedDrawing]:
        """Return who drew what is in collected[TRAIN], in the same order."""
        sources = [(one.collected, one.collected.rows(Split.TRAIN)) for one in self.classes]
        return [source.drawings[row] for source, rows in sources for row in rows]

    def without(self, reasons: Mapping[UUID, str]) -> Dataset:
        """Leave out some collected drawings, for the reasons given."""
        return Dataset([replace(one, collected=one.collected.without(reasons)) for one in self.classes], self.waiting)

    def manifest(self) -> dict[str, Any]:
        """Say exactly which drawings these are: what a version learnt from, and what was left out and why."""
        classes = {one.name: _entry(one) for one in self.classes}
        digest = hashlib.sha256(json.dumps(classes, sort_keys=True).encode()).hexdigest()
        excluded = sum(one.base.left_out["excluded"] for one in self.classes)
        return {"digest": digest, "classes": classes, "waiting": self.waiting, "base_excluded": excluded}


def collect(names: Sequence[str], folder: QuickDrawFolder, rows_per_class: int) -> Dataset:
    """Put together what there is of some classes. A class with too few drawings to train on waits for another run.

    rows_per_class: base drawings to train on at most; collected drawings are never left out by it.
    Raises TooFewDrawings, CorruptFile.
    """
    ready, waiting = [], {}
    for name in sorted(names):
        one = read_class(name, folder, rows_per_class)
        if one.trained_on() >= settings.TRAINING_CLASS_NEEDS:
            ready.append(one)
        else:
            waiting[name] = one.trained_on()
    if len(ready) < 2:
        raise TooFewDrawings(_what_is_missing(len(names), folder))
    return Dataset(ready, waiting)


def read_class(name: str, folder: QuickDrawFolder, rows_per_class: int) -> ClassData:
    """Find out what there is of one class. Raises CorruptFile."""
    from_base, hashes = quickdraw_data.read_class(folder, name, rows_per_class, Suspect.objects.excluded_hashes(name))
    return ClassData(name, from_base, user_drawings.read_class(name, hashes))


def _what_is_missing(asked: int, folder: QuickDrawFolder) -> str:
    return (
        f"Of {asked} classes fewer than two have {settings.TRAINING_CLASS_NEEDS} drawings to train on. "
        f"Base drawings are looked for in {folder.root}; “manage.py quickdraw download” fetches them."
    )


def _entry(one: ClassData) -> dict[str, Any]:
    return {
        "base": {split.value: len(rows) for split, rows in one.base.rows.items()} | {"near": len(one.base.near_rows)},
        "base_digest": one.base.digest,
        "base_left_out": dict(one.base.left_out),
        "collected": {
            split.value: [str(one.collected.drawings[row].pk) for row in one.collected.rows(split)] for split in Split
        },
        "collected_left_out": {str(pk): reason for pk, reason in one.collected.left_out.items()},
    }
