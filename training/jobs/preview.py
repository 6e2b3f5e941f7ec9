"""What a config would be trained on, counted in a moment: nothing is read but the files' heads and the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Count

from recognition.imaging.splits import TEST_SHARE, VALIDATION_SHARE, Split
from recognition.models import DoodleClass, Drawing, ModelVersion
from training.config import TrainingConfig
from training.network.presets import PRESETS
from training.network.schedule import fine_epochs
from training.network.warm_start import start_from
from training.quickdraw.errors import CorruptFile, MissingFile
from training.quickdraw.folder import QuickDrawFolder


@dataclass(frozen=True)
class ClassPreview:
    """Drawings of one class, before copies and floods are taken out."""

    name: str
    base: int  # to train on
    collected: int  # accepted, to train on
    held_out: int  # accepted, to validate and to test on

    @property
    def is_included(self) -> bool:
        needed: int = settings.TRAINING_CLASS_NEEDS
        return self.base + self.collected >= needed


@dataclass(frozen=True)
class Preview:
    """What a run would learn, class by class, and for how long."""

    epochs: int
    classes: list[ClassPreview]

    @property
    def included(self) -> list[ClassPreview]:
        return [one for one in self.classes if one.is_included]

    @property
    def left_out(self) -> list[ClassPreview]:
        return [one for one in self.classes if not one.is_included]

    @property
    def base(self) -> int:
        return sum(one.base for one in self.included)

    @property
    def collected(self) -> int:
        return sum(one.collected for one in self.included)


def preview(config: TrainingConfig) -> Preview:
    """Count what a run with this config would learn from."""
    plan = PRESETS[config.preset]
    folder = QuickDrawFolder(settings.QUICKDRAW_DIR)
    rows = config.rows_per_class or plan.rows_per_class
    accepted = _accepted()
    names = config.classes or DoodleClass.objects.active().values_list("name", flat=True)
    classes = [
        ClassPreview(
            name=name,
            base=min(rows, _rows_to_train_on(folder, name)),
            collected=accepted[name][Split.TRAIN],
            held_out=accepted[name][Split.VALIDATION] + accepted[name][Split.TEST],
        )
        for name in sorted(names)
    ]
    shown = Preview(config.epochs or 0, classes)
    if config.epochs:
        return shown
    goes_on = config.warm_start and start_from(ModelVersion.objects.current())
    epochs = fine_epochs(shown.collected) if goes_on else plan.epochs_for(shown.base + shown.collected)
    return replace(shown, epochs=epochs)


def _accepted() -> defaultdict[str, Counter[str]]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    groups = Drawing.objects.accepted().order_by().values_list("label__name", "split").annotate(Count("pk"))
    for name, split, count in groups:
        counts[name][split] = count
    return counts


def _rows_to_train_on(folder: QuickDrawFolder, name: str) -> int:
    try:
        return int(_official_rows(folder, name) * (1 - TEST_SHARE - VALIDATION_SHARE)) + len(folder.near_bitmaps(name))
    except CorruptFile:
        return 0  # the run itself will say what is wrong with it


def _official_rows(folder: QuickDrawFolder, name: str) -> int:
    try:
        return len(folder.bitmaps(name))
    except MissingFile:  # a class of our own, or one that is not downloaded
        return 0
