"""Previews a run: counts its drawings quickly, from file headers and the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Count

from recognition.imaging.splits import TEST_SHARE, VALIDATION_SHARE, Split
from recognition.models import DoodleClass, Drawing, ModelVersion
from training.config import TrainingConfig
from training.hyperparameters import PRESETS, choose_hyperparameters
from training.network.warm_start import find_warm_start
from training.quickdraw.errors import CorruptFile, MissingFile
from training.quickdraw.folder import QuickDrawFolder


@dataclass(frozen=True)
class ClassPreview:
    """The number of drawings of one class, before copies and floods are left out."""

    name: str
    base: int  # to train on
    collected: int  # accepted user drawings, to train on
    held_out: int  # accepted user drawings, for validation and test

    @property
    def is_included(self) -> bool:
        needed: int = settings.TRAINING_CLASS_NEEDS
        return self.base + self.collected >= needed


@dataclass(frozen=True)
class Preview:
    """The classes and epochs of a run."""

    epochs: int
    classes: list[ClassPreview]

    @property
    def included(self) -> list[ClassPreview]:
        return [preview for preview in self.classes if preview.is_included]

    @property
    def left_out(self) -> list[ClassPreview]:
        return [preview for preview in self.classes if not preview.is_included]

    @property
    def base(self) -> int:
        return sum(preview.base for preview in self.included)

    @property
    def collected(self) -> int:
        return sum(preview.collected for preview in self.included)


def preview_run(config: TrainingConfig) -> Preview:
    """Count the drawings that a run with this config would train on."""
    folder = QuickDrawFolder(settings.QUICKDRAW_DIR)
    rows = config.rows_per_class or PRESETS[config.preset].rows_per_class
    accepted = _accepted_counts()
    names = config.classes or DoodleClass.objects.active().values_list("name", flat=True)
    classes = [
        ClassPreview(
            name=name,
            base=min(rows, _training_rows(folder, name)),
            collected=accepted[name][Split.TRAIN],
            held_out=accepted[name][Split.VALIDATION] + accepted[name][Split.TEST],
        )
        for name in sorted(names)
    ]
    preview = Preview(0, classes)
    is_warm = config.warm_start and find_warm_start(ModelVersion.objects.current()) is not None
    chosen = choose_hyperparameters(config, preview.base, preview.collected, warm=is_warm)
    return replace(preview, epochs=chosen.epochs)


def _accepted_counts() -> defaultdict[str, Counter[str]]:
    """Return the number of accepted drawings by class and split."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    groups = Drawing.objects.accepted().order_by().values_list("label__name", "split").annotate(Count("pk"))
    for name, split, count in groups:
        counts[name][split] = count
    return counts


def _training_rows(folder: QuickDrawFolder, name: str) -> int:
    try:
        return int(_official_rows(folder, name) * (1 - TEST_SHARE - VALIDATION_SHARE)) + len(folder.near_bitmaps(name))
    except CorruptFile:
        return 0  # the run itself reports the damage


def _official_rows(folder: QuickDrawFolder, name: str) -> int:
    try:
        return len(folder.bitmaps(name))
    except MissingFile:  # not downloaded, or a class that Quick, Draw! does not have
        return 0
