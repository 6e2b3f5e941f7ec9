"""The stage "collect": builds a run's data set and stores its manifest."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from recognition.models import DoodleClass
from recognition.serving.loaded_model import LoadedModel
from training.augmentation.domain_shift import DomainShift
from training.config import TrainingConfig
from training.data.dataset import Dataset, build_dataset
from training.data.mirror_images import find_mirror_images
from training.hyperparameters import PRESETS
from training.labels import label_noise
from training.labels.champion import Champion
from training.models import Checkpoint, TrainingRun
from training.progress import StepProgress
from training.quickdraw.folder import QuickDrawFolder


def collect_dataset(
    run: TrainingRun, config: TrainingConfig, champion: LoadedModel | None, parent: int | None, steps: StepProgress
) -> tuple[Dataset, DomainShift]:
    """Build the run's data set and store its manifest. Deletes a checkpoint that was trained on other drawings.

    champion: what user drawings are compared with; also returns their domain shift, which is none without it.
    parent: the number of the version that the run starts from.
    Raises LostLease, TooFewDrawings, CorruptFile.
    """
    steps.begin("reading the drawings", TrainingRun.Stage.COLLECT)
    names = set(config.classes or DoodleClass.objects.active().values_list("name", flat=True))
    if run.version:
        names |= set(run.version.labels)  # a starter model brings classes that are not active yet
    rows = config.rows_per_class or PRESETS[config.preset].rows_per_class
    dataset = build_dataset(list(names), QuickDrawFolder(settings.QUICKDRAW_DIR), rows, steps.report)
    asked = Champion(champion.classifier, champion.features, dataset.labels) if champion else None
    shift = asked.domain_shift(dataset) if asked else DomainShift()
    dataset = dataset.without(_noisy_labels(run, dataset, asked, shift, steps))
    new = set(dataset.labels) - set(champion.classifier.labels if champion else ())
    mirrored = find_mirror_images(dataset, new)
    manifest = dataset.manifest() | {"parent": parent, "style": str(shift), "mirrored": mirrored}
    # A registered version was trained on what its manifest says, even if new drawings have come in since.
    if run.version is None:
        if any(manifest[key] != run.manifest.get(key) for key in ("digest", "parent", "directed")):
            Checkpoint.objects.filter(run=run).delete()
        run.write(manifest=manifest)
    return dataset, shift


def _noisy_labels(
    run: TrainingRun, dataset: Dataset, champion: Champion | None, shift: DomainShift, steps: StepProgress
) -> dict[UUID, str]:
    """Return the drawings with label noise. A resumed run reuses its earlier result, so that its data stay the same."""
    if run.manifest:
        return {
            UUID(pk): reason
            for entry in run.manifest["classes"].values()
            for pk, reason in entry["collected_left_out"].items()
            if reason.startswith(label_noise.REASON_KIND)
        }
    if champion is None or settings.TRAINING_TRUSTS_EVERYBODY:
        return {}
    steps.begin("looking for wrong labels")
    return label_noise.find_noisy_labels(dataset, champion, shift, steps.report)
