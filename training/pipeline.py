"""The stages of a run: collect → train → export → evaluate → register → gate → promote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings

from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from recognition.inference.results import Calibration
from recognition.infra.advisory_lock import LockKey, lock_for_transaction
from recognition.models import ModelVersion
from training.augmentation.batches import Batches, make_pools
from training.augmentation.domain_shift import DomainShift
from training.callbacks import CheckpointInDatabase, EpochProgress, Validation
from training.collect import collect_dataset
from training.config import TrainingConfig
from training.data.dataset import Dataset
from training.evaluation.calibration import calibrate
from training.evaluation.feature_space import fit_feature_space
from training.evaluation.metrics import evaluate, predict_drawings, predict_logits
from training.evaluation.promotion_check import check_promotion, load_or_none
from training.evaluation.stored_answers import store_answers
from training.fit import fit, make_student
from training.hyperparameters import Hyperparameters, choose_hyperparameters
from training.models import Checkpoint, TrainingRun, Weights
from training.models.npz import to_npz
from training.network.cnn import fastest_precision
from training.network.environment import code_commit, device_name, package_versions
from training.network.export import to_litert
from training.network.first_guess import guess_new_classes
from training.network.lesson import add_prior, interpolate, raise_new_classes
from training.network.teacher import doodlenet, teacher_shares, version_as_teacher, with_contrast
from training.network.warm_start import WarmStart, find_warm_start
from training.network.weights import weight_arrays
from training.progress import ProgressCallback, StepProgress, no_progress
from training.quickdraw.folder import QuickDrawFolder
from training.tracking.mlflow_copy import copied_to_mlflow
from training.tracking.tensorboard import event_files

if TYPE_CHECKING:
    import keras

Stage = TrainingRun.Stage

MAX_CALIBRATION_DRAWINGS = 20_000


def run_training(run: TrainingRun, watch: ProgressCallback = no_progress) -> None:
    """Take a run that is leased to the caller through its remaining stages.

    A resumed run continues from its checkpoint if its data set is unchanged. A run that has registered its version
    does not make another one.
    Raises LostLease when the run was cancelled or taken over; InvalidConfig, TooFewDrawings, CorruptFile.
    """
    config = TrainingConfig.from_dict(run.config)
    steps = StepProgress(run, watch)
    steps.begin("loading the version in service", Stage.COLLECT)
    run.write(commit=code_commit(), device=device_name()[:200])
    with copied_to_mlflow(run):
        champion = champion_before(run)
        start = _find_start(run, champion) if config.warm_start else None
        parent = start.version.number if start else None
        dataset, shift = collect_dataset(run, config, load_or_none(champion), parent, steps)
        version = run.version or _make_version(steps, dataset, shift, config, start)
        is_decided = False
        while not is_decided:
            steps.begin("comparing with the version in service", Stage.GATE)
            champion = champion_before(run)
            verdict = check_promotion(version, champion, dataset, QuickDrawFolder(settings.QUICKDRAW_DIR))
            run.write(verdict=verdict, stage=Stage.PROMOTE)
            is_promoted = verdict["passed"] and should_promote(config)
            # A person may have promoted another version since, which the verdict does not speak of.
            is_decided = not is_promoted or promote_version(run, version, champion)


def _make_version(
    steps: StepProgress, dataset: Dataset, shift: DomainShift, config: TrainingConfig, start: WarmStart | None
) -> ModelVersion:
    """Train, export, evaluate and register a version."""
    run = steps.run
    network = _train(steps, dataset, shift, config, start)
    steps.begin("converting the network to LiteRT", Stage.EXPORT)
    artifact = to_litert(network, dataset.directed_mask)
    steps.begin("calibrating on the validation drawings", Stage.EVALUATE)
    calibration = calibrate_artifact(artifact, dataset)
    classifier = Classifier(artifact, dataset.labels, calibration)
    steps.begin("answering the test drawings")
    base = predict_drawings(classifier, dataset.base[Split.TEST], dataset.labels)
    metrics = evaluate(classifier, len(artifact), dataset, base)
    features = fit_feature_space(classifier, dataset.base[Split.VALIDATION], config.seed)
    run.write(stage=Stage.REGISTER)
    parent = start.version if start else None
    digest = dataset.test_digest  # before the transaction, which blocks other writers
    # One transaction: a run with a version always has its weights and no checkpoint.
    with run.lease_locked():
        version = ModelVersion.objects.register(artifact, dataset.labels, calibration, metrics, parent, features)
        # For the next warm start, which keeps the architecture.
        npz = to_npz(weight_arrays(network))
        Weights.objects.create(version=version, preset=start.preset if start else config.preset, npz=npz)
        store_answers(version, base, digest)
        run.write(version=version)
        Checkpoint.objects.filter(run=run).delete()
    return version


def _train(
    steps: StepProgress, dataset: Dataset, shift: DomainShift, config: TrainingConfig, start: WarmStart | None
) -> keras.Model:
    """Return a trained network in float32. A resumed run continues from its checkpoint."""
    run = steps.run
    hyper = _hyperparameters(run, dataset, shift, config, start)
    steps.begin("drawing variations and scribbles", Stage.TRAIN)
    pools = make_pools(dataset, hyper, QuickDrawFolder(settings.QUICKDRAW_DIR), steps.report)
    steps.begin("building the network")
    teacher = None
    if start:
        # The anchor teaches what it knows: taught by the champion, the losses of many lessons would add up.
        anchor = find_warm_start(ModelVersion.objects.anchor()) or start
        teacher = version_as_teacher(anchor, dataset.labels, hyper.precision)
    elif config.doodlenet:
        steps.begin("asking DoodleNet about all drawings")
        teacher = doodlenet(QuickDrawFolder(settings.QUICKDRAW_DIR), dataset.labels, hyper.precision)
        pools = replace(pools, base_taught=teacher_shares(teacher, pools.base, hyper.teacher_share))
        teacher = with_contrast(teacher)
        steps.begin("building the network")
    student = make_student(dataset.labels, hyper, start, teacher, dataset.directed_mask)
    new = [target for target, label in enumerate(dataset.labels) if start and label not in start.labels]
    if new:
        steps.begin("making a first guess at the new classes")
        guess_new_classes(student.network, pools, new, hyper.seed)
    initial = student.network.get_weights()
    checkpoint = CheckpointInDatabase(run, student)
    finished = checkpoint.restore()
    progress = EpochProgress(run, student, steps.watch, finished)
    callbacks = [Validation(student, dataset), checkpoint, progress, *event_files(run)]
    network = fit(student, Batches(pools, hyper, shift), callbacks, finished)
    interpolate(network, initial, hyper.interpolation)
    add_prior(network, pools.base, hyper.prior_strength)
    raise_new_classes(network, dataset, new)
    return network


def _hyperparameters(
    run: TrainingRun, dataset: Dataset, shift: DomainShift, config: TrainingConfig, start: WarmStart | None
) -> Hyperparameters:
    """Return the run's hyperparameters and store them with what else decides the result.

    A resumed run keeps its precision, so that a checkpoint from another host is continued as it began. A checkpoint
    of other hyperparameters is deleted.
    """
    drawings = (len(dataset.base[Split.TRAIN]), len(dataset.collected[Split.TRAIN]))
    style = {"turned": bool(shift.turns), "bold": bool(shift.bold)}
    like = run.repeats
    # A lesson's hyperparameters suit no training from scratch, which a repetition becomes if all weights are gone.
    if like and (start is None) == (like.manifest["parent"] is None):
        chosen = Hyperparameters.from_dict(like.recipe).with_options(config)
        default_precision = chosen.precision
    else:
        chosen = choose_hyperparameters(config, *drawings, warm=start is not None, **style)
        default_precision = fastest_precision()
    hyper = replace(chosen, precision=run.recipe.get("precision") or default_precision)
    if start:
        channels, blocks = start.levels
        hyper = replace(hyper, channels=channels, blocks=blocks)
    recipe = hyper.to_dict() | {"versions": package_versions()}
    if recipe != run.recipe:
        Checkpoint.objects.filter(run=run).delete()
        run.write(recipe=recipe)
    if not Checkpoint.objects.filter(run=run).exists():
        run.write(history=[])  # what it has of an earlier attempt will be learnt again
    return hyper


def _find_start(run: TrainingRun, champion: ModelVersion | None) -> WarmStart | None:
    """Return the weights to start from: the champion's; for a repetition, those that the repeated run started from."""
    parent = None
    if run.repeats:
        parent = ModelVersion.objects.filter(number=run.repeats.manifest["parent"]).defer("artifact").first()
    return find_warm_start(parent) or find_warm_start(champion)


def champion_before(run: TrainingRun) -> ModelVersion | None:
    """Return the version in service, or the one before if the run's own version is in service already."""
    return ModelVersion.objects.exclude(training_run=run).current()


def calibrate_artifact(artifact: bytes, dataset: Dataset) -> Calibration:
    """Fit temperature and threshold to the validation split, to at most MAX_CALIBRATION_DRAWINGS of both sides.

    More would hardly change the two numbers, and their logits would take gigabytes with 345 classes.
    """
    sides = dataset.base[Split.VALIDATION], dataset.collected[Split.VALIDATION]
    share = MAX_CALIBRATION_DRAWINGS / max(1, sum(map(len, sides)))
    random = np.random.default_rng(0)
    chosen = [side.select(random.random(len(side)) < share) for side in sides]
    classifier = Classifier(artifact, dataset.labels, Calibration())
    logits = np.concatenate([predict_logits(classifier, side) for side in chosen])  # (n, labels)
    return calibrate(logits, np.concatenate([side.targets for side in chosen]))


def should_promote(config: TrainingConfig) -> bool:
    """Return whether a version that passes the gate goes into service. The config overrides the setting."""
    return settings.TRAINING_PROMOTES if config.promote is None else config.promote


def promote_version(run: TrainingRun, version: ModelVersion, champion: ModelVersion | None) -> bool:
    """Put the version in service; a resumed run does not promote it again.

    champion: the version that the gate compared with. Returns False, and changes nothing, when another one is in
    service now. Raises LostLease.
    """
    with run.lease_locked():
        lock_for_transaction(LockKey.PROMOTE)
        if version.promoted_at is None:
            if champion_before(run) != champion:
                return False
            version.promote(by=run.requested_by, reason=f"{run} passed the gate", automatic=True)
        return True
