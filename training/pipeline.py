"""From drawings to the version in service: collect → train → export → evaluate → register → gate → promote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings

from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from recognition.inference.results import Calibration
from recognition.models import ModelVersion
from training.collect import collect_for
from training.config import Preset, TrainingConfig
from training.data.dataset import Dataset
from training.evaluation.calibration import calibrate
from training.evaluation.feature_space import fit_feature_space
from training.evaluation.metrics import evaluate, predict_logits
from training.evaluation.promotion_check import check_promotion
from training.models import Checkpoint, TrainingRun, Weights
from training.network.export import to_litert
from training.network.fit import learn, preset_of
from training.network.warm_start import start_from
from training.network.weights import to_npz, weights_of
from training.progress import ProgressCallback, no_progress

if TYPE_CHECKING:
    import keras

Stage = TrainingRun.Stage


def retrain(run: TrainingRun, watch: ProgressCallback = no_progress) -> None:
    """Take a run that is leased to the caller through all stages, from where it stands.

    A run that was interrupted trains on from its checkpoint if its data set is still the same; one that has registered
    its version never makes another. Raises LostLease when it was cancelled or taken over; InvalidConfig,
    TooFewDrawings, CorruptFile.
    """
    config = TrainingConfig.from_dict(run.config)
    start = start_from(champion_beside(run)) if config.warm_start else None
    parent = start.version if start else None
    run.write(stage=Stage.COLLECT)
    dataset = collect_for(run, config, start)
    version = run.version
    if version is None:
        run.write(stage=Stage.TRAIN)
        model = learn(run, dataset, config, start, watch)
        run.write(stage=Stage.EXPORT)
        artifact = to_litert(model)
        run.write(stage=Stage.EVALUATE)
        calibration = calibrate_artifact(artifact, dataset)
        classifier = Classifier(artifact, dataset.labels, calibration)
        metrics = evaluate(classifier, len(artifact), dataset)
        features = fit_feature_space(classifier, dataset.base[Split.VALIDATION], config.seed)
        run.write(stage=Stage.REGISTER)
        with run.lease_locked():
            version = ModelVersion.objects.register(artifact, dataset.labels, calibration, metrics, parent, features)
            keep_weights(version, model, preset_of(config, start))
            run.write(version=version)
            Checkpoint.objects.filter(run=run).delete()
    run.write(stage=Stage.GATE)
    verdict = check_promotion(version, champion_beside(run), dataset)
    run.write(verdict=verdict, stage=Stage.PROMOTE)
    if verdict["passed"] and promotes(config):
        promote(run, version)


def champion_beside(run: TrainingRun) -> ModelVersion | None:
    """Return the version in service now; that which the run itself made does not count."""
    return ModelVersion.objects.exclude(training_run=run).current()


def calibrate_artifact(artifact: bytes, dataset: Dataset) -> Calibration:
    """Fit temperature and threshold on the validation split, base and collected drawings together."""
    sides = dataset.base[Split.VALIDATION], dataset.collected[Split.VALIDATION]
    classifier = Classifier(artifact, dataset.labels, Calibration())
    logits = np.concatenate([predict_logits(classifier, side) for side in sides])
    return calibrate(logits, np.concatenate([side.targets for side in sides]))


def keep_weights(version: ModelVersion, model: keras.Model, preset: Preset) -> None:
    """Keep what the next warm start goes on from."""
    Weights.objects.create(version=version, preset=preset, npz=to_npz(weights_of(model)))


def promotes(config: TrainingConfig) -> bool:
    """Tell whether a version that passed the gate goes into service: as the config says, or else the setting."""
    return settings.TRAINING_PROMOTES if config.promote is None else config.promote


def promote(run: TrainingRun, version: ModelVersion) -> None:
    """Put the version in service, once for a run. Raises LostLease."""
    with run.lease_locked():
        if version.promoted_at is None:
            version.promote(by=run.requested_by, reason=f"{run} passed the gate")
