"""The stage "collect": from what a run asks for to its data set and manifest."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from recognition.models import DoodleClass
from training.config import TrainingConfig
from training.data.dataset import Dataset, build_dataset
from training.labels import label_noise
from training.models import Checkpoint, TrainingRun
from training.network.presets import PRESETS
from training.network.warm_start import Start
from training.quickdraw.folder import QuickDrawFolder


def collect_for(run: TrainingRun, config: TrainingConfig, start: Start | None) -> Dataset:
    """Collect what the run asks for and store the manifest; a checkpoint that learnt from other drawings is dropped.

    Raises LostLease, TooFewDrawings, CorruptFile.
    """
    names = config.classes or DoodleClass.objects.active().values_list("name", flat=True)
    rows = config.rows_per_class or PRESETS[config.preset].rows_per_class
    dataset = build_dataset(list(names), QuickDrawFolder(settings.QUICKDRAW_DIR), rows)
    dataset = dataset.without(_doubted(run, dataset, config, start))
    manifest = dataset.manifest() | {"parent": start.version.number if start else None}
    if run.version is None:  # a registered version has learnt from what its manifest says, whatever came in since
        if any(manifest[key] != run.manifest.get(key) for key in ("digest", "parent")):
            Checkpoint.objects.filter(run=run).delete()
        run.write(manifest=manifest)
    return dataset


def _doubted(run: TrainingRun, dataset: Dataset, config: TrainingConfig, start: Start | None) -> dict[UUID, str]:
    """Return the drawings whose labels are doubted; a run that goes on keeps to what it decided before."""
    if run.manifest:
        return {
            UUID(pk): reason
            for one in run.manifest["classes"].values()
            for pk, reason in one["collected_left_out"].items()
            if reason.startswith(label_noise.DOUBT)
        }
    if start is None or settings.TRAINING_TRUSTS_EVERYBODY:
        return {}
    return label_noise.doubted(dataset, start, config.seed)
