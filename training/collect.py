"""The stage "collect": builds a run's data set and stores its manifest."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from recognition.models import DoodleClass
from training.config import TrainingConfig
from training.data.dataset import Dataset, build_dataset
from training.labels import label_noise
from training.models import Checkpoint, TrainingRun
from training.network.presets import PRESETS
from training.network.warm_start import WarmStart
from training.quickdraw.folder import QuickDrawFolder


def collect_dataset(run: TrainingRun, config: TrainingConfig, start: WarmStart | None) -> Dataset:
    """Build the run's data set and store its manifest. Deletes a checkpoint that was trained on other drawings.

    Raises LostLease, TooFewDrawings, CorruptFile.
    """
    names = config.classes or DoodleClass.objects.active().values_list("name", flat=True)
    rows = config.rows_per_class or PRESETS[config.preset].rows_per_class
    dataset = build_dataset(list(names), QuickDrawFolder(settings.QUICKDRAW_DIR), rows)
    dataset = dataset.without(_noisy_labels(run, dataset, config, start))
    manifest = dataset.manifest() | {"parent": start.version.number if start else None}
    # A registered version was trained on what its manifest says, even if new drawings have come in since.
    if run.version is None:
        if any(manifest[key] != run.manifest.get(key) for key in ("digest", "parent")):
            Checkpoint.objects.filter(run=run).delete()
        run.write(manifest=manifest)
    return dataset


def _noisy_labels(
    run: TrainingRun, dataset: Dataset, config: TrainingConfig, start: WarmStart | None
) -> dict[UUID, str]:
    """Return the drawings with label noise. A resumed run reuses its earlier result, so that its data stay the same."""
    if run.manifest:
        return {
            UUID(pk): reason
            for entry in run.manifest["classes"].values()
            for pk, reason in entry["collected_left_out"].items()
            if reason.startswith(label_noise.REASON_KIND)
        }
    if start is None or settings.TRAINING_TRUSTS_EVERYBODY:
        return {}
    return label_noise.find_noisy_labels(dataset, start, config.seed)
