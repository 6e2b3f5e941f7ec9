"""The data set of one run: base and user drawings in their splits, with a manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings

from recognition.imaging.splits import Split
from recognition.labeling.reviewer_quality import untrusted_reviewers
from recognition.models import DoodleClass
from training.data import quickdraw_data, user_drawings
from training.data.drawing_index import Drawings, Part
from training.data.user_drawings import CollectedDrawing
from training.models import Suspect
from training.quickdraw.folder import QuickDrawFolder


class TooFewDrawings(ValueError):
    """Fewer than two classes have enough drawings to train on."""


@dataclass(frozen=True)
class ClassData:
    """The base and user drawings of one class."""

    name: str
    base: quickdraw_data.QuickDrawClass
    collected: user_drawings.CollectedClass

    def base_parts(self, target: int, split: Split) -> list[Part]:
        """Return the base drawings of a split; the train split also gets bitmaps close to official ones."""
        parts = [Part(target, self.base.official, self.base.rows[split])]
        if split is Split.TRAIN:
            parts.append(Part(target, self.base.near, self.base.near_rows))
        return parts

    def collected_part(self, target: int, split: Split) -> Part:
        return Part(target, self.collected.pixels, self.collected.rows(split))

    def train_count(self) -> int:
        return len(self.base.rows[Split.TRAIN]) + len(self.base.near_rows) + len(self.collected.rows(Split.TRAIN))


@dataclass(frozen=True)
class Dataset:
    """Drawings of some classes. The targets of all drawings index `labels`, which are in alphabetical order.

    waiting: classes with too few drawings to train on, and how many they have.
    directed: classes whose mirror image shows something else.
    """

    classes: Sequence[ClassData]
    waiting: dict[str, int]
    directed: frozenset[str] = frozenset()

    @cached_property
    def labels(self) -> tuple[str, ...]:
        return tuple(data.name for data in self.classes)

    @cached_property
    def directed_mask(self) -> list[bool]:
        """Tell for each label whether its mirror image shows something else."""
        return [label in self.directed for label in self.labels]

    # Base and user drawings stay apart: they are sampled, tested and compared separately.
    @cached_property
    def base(self) -> dict[Split, Drawings]:
        return {
            split: Drawings(
                [part for target, data in enumerate(self.classes) for part in data.base_parts(target, split)]
            )
            for split in Split
        }

    @cached_property
    def collected(self) -> dict[Split, Drawings]:
        return {
            split: Drawings([data.collected_part(target, split) for target, data in enumerate(self.classes)])
            for split in Split
        }

    @cached_property
    def test_digest(self) -> str:
        """Return a hash of the base test drawings and their classes; classes without any make no difference."""
        digest = hashlib.sha256()
        for pixels, targets in self.base[Split.TEST].batches():
            digest.update(pixels.tobytes())
            for target in targets:
                digest.update(self.labels[target].encode() + b"\0")
        return digest.hexdigest()

    def collected_sources(self, split: Split) -> list[CollectedDrawing]:
        """Return the sources of the drawings in collected[split], in the same order."""
        sources = [(data.collected, data.collected.rows(split)) for data in self.classes]
        return [source.drawings[row] for source, rows in sources for row in rows]

    def without(self, reasons: Mapping[UUID, str]) -> Dataset:
        """Return the data set without some user drawings. reasons: why, by the drawing's key."""
        classes = [replace(data, collected=data.collected.without(reasons)) for data in self.classes]
        return Dataset(classes, self.waiting, self.directed)

    def manifest(self) -> dict[str, Any]:
        """Return exactly which drawings a version learns from, and which are left out and why."""
        classes = {data.name: _entry(data) for data in self.classes}
        # Two data sets with the same digest hold the same drawings.
        digest = hashlib.sha256(json.dumps(classes, sort_keys=True).encode()).hexdigest()
        excluded = sum(data.base.left_out["excluded"] for data in self.classes)
        return {
            "digest": digest,
            "classes": classes,
            "waiting": self.waiting,
            "base_excluded": excluded,
            "directed": sorted(self.directed),
        }


def build_dataset(
    names: Sequence[str],
    folder: QuickDrawFolder,
    rows_per_class: int,
    watch: Callable[[float], None] = lambda share: None,
) -> Dataset:
    """Read the drawings of some classes. A class with too few training drawings waits for another run.

    rows_per_class: the limit of base training drawings; it leaves no user drawings out.
    watch: called with the finished share after each class; may raise to stop.
    Raises TooFewDrawings, CorruptFile.
    """
    ready, waiting = [], {}
    untrusted = untrusted_reviewers()
    # Sorted: the labels, and so the network's outputs, are in this order.
    for number, name in enumerate(sorted(names), start=1):
        data = read_class_data(name, folder, rows_per_class, untrusted)
        watch(number / len(names))
        if data.train_count() >= settings.TRAINING_CLASS_NEEDS:
            ready.append(data)
        else:
            waiting[name] = data.train_count()
    if len(ready) < 2:
        raise TooFewDrawings(_too_few_message(len(names), folder))
    directed = DoodleClass.objects.filter(direction_matters=True, name__in=names).values_list("name", flat=True)
    return Dataset(ready, waiting, frozenset(directed))


def read_class_data(
    name: str, folder: QuickDrawFolder, rows_per_class: int, untrusted: Collection[UUID] = ()
) -> ClassData:
    """Read the drawings of one class. untrusted: reviewers whose labels count like anybody's. Raises CorruptFile."""
    excluded = Suspect.objects.excluded_hashes(name)
    # The hashes of all base drawings, also those in other splits: a user drawing must not be a copy of any.
    base, hashes = quickdraw_data.read_quickdraw_class(folder, name, rows_per_class, excluded)
    return ClassData(name, base, user_drawings.read_user_class(name, base, hashes, untrusted))


def _too_few_message(classes: int, folder: QuickDrawFolder) -> str:
    return (
        f"Of {classes} classes fewer than two have {settings.TRAINING_CLASS_NEEDS} drawings to train on. "
        f"Base drawings are looked for in {folder.root}; “manage.py quickdraw download” fetches them."
    )


def _entry(data: ClassData) -> dict[str, Any]:
    # One digest identifies all base drawings of a class; user drawings are listed by their keys.
    return {
        "base": {split.value: len(rows) for split, rows in data.base.rows.items()} | {"near": len(data.base.near_rows)},
        "base_digest": data.base.digest,
        "base_left_out": dict(data.base.left_out),
        "collected": {
            split.value: [str(data.collected.drawings[row].pk) for row in data.collected.rows(split)] for split in Split
        },
        "collected_left_out": {str(pk): reason for pk, reason in data.collected.left_out.items()},
    }
