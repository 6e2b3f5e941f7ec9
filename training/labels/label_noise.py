"""Finds label noise in user drawings by cross-validation, as in confident learning (Northcutt et al. 2021).

The champion is fine-tuned on three quarters of the user drawings and predicts the rest, four times. All drawings of a
contributor are in the same fold, so that a flood of wrong labels by one person does not confirm itself. A style that
only one person draws is rejected as well, until staff confirm the label.

Labels that contradict a confident champion (`contradiction`) are left out first. Otherwise many users who agree on
a wrong label would convince the fine-tuned networks.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import numpy.typing as npt

from recognition.imaging.splits import Split
from recognition.inference.results import softmax
from training.augmentation.domain_shift import DomainShift
from training.augmentation.sampling import Pools, Sampler
from training.augmentation.scribbles import scribbles
from training.data.dataset import Dataset
from training.data.drawing_index import Drawings
from training.data.user_drawings import CollectedDrawing
from training.labels.contradiction import find_contradictions
from training.network.fit import build_trainer, champion_scores, known_targets, measure_domain_shift
from training.network.schedule import (
    FINE_TUNING_LEARNING_RATE,
    FINE_TUNING_MIXTURE,
    FINE_TUNING_OUTLIERS_PER_KIND,
    fine_tuning_epoch_size,
)
from training.network.trainer import Hyperparameters, Trainer
from training.network.warm_start import WarmStart

REASON_KIND = "label doubted"  # how the reasons in a manifest start
FOLDS = 4
# A label with a lower probability is noise. Of 200 drawings with a domain shift and 30 % wrong labels, 0.02 rejected
# 90 % of the wrong and 3 % of the right labels, 0.05 95 % and 11 %, 0.1 97 % and 13 %.
MIN_LABEL_PROBABILITY = 0.03
EPOCHS = 2  # of fine-tuning, for each fold
MIN_TRAINING_DRAWINGS = 20  # of a class; with fewer, a network cannot judge its labels

LabelProbability = npt.NDArray[np.float64]  # (n,): the probability of each drawing's label; 1 where it cannot be judged


def find_noisy_labels(dataset: Dataset, start: WarmStart, seed: int) -> dict[UUID, str]:
    """Return the user drawings to train on whose label is probably wrong, with the reason.

    Labels that staff confirmed are always kept. So staff can overrule this filter.
    """
    shift = measure_domain_shift(dataset, start)
    scores, known = champion_scores(dataset, start), known_targets(dataset, start)
    confirmed = {drawing.pk for drawing in dataset.collected_sources(Split.TRAIN) if drawing.confirmed}
    contradictions = {
        pk: f"{REASON_KIND}: the version in service is sure that it is “{name}”"
        for pk, name in find_contradictions(dataset, scores, known, shift).items()
        if pk not in confirmed
    }
    return contradictions | _improbable_labels(dataset.without(contradictions), start, shift, seed)


def _improbable_labels(dataset: Dataset, start: WarmStart, shift: DomainShift, seed: int) -> dict[UUID, str]:
    drawings = dataset.collected_sources(Split.TRAIN)
    if not drawings:
        return {}
    probabilities = _cross_validate(dataset, _assign_folds(drawings), start, shift, seed)
    return {
        drawing.pk: f"{REASON_KIND}: {probability:.0%} likely"
        for drawing, probability in zip(drawings, probabilities, strict=True)
        if probability < MIN_LABEL_PROBABILITY and not drawing.confirmed
    }


def _assign_folds(drawings: Sequence[CollectedDrawing]) -> npt.NDArray[np.int64]:
    """Return the fold of each drawing, (n,): deterministic, and the same for all drawings of a contributor."""
    contributors = sorted({drawing.contributor for drawing in drawings})
    position = {contributor: index for index, contributor in enumerate(contributors)}
    return np.array([position[drawing.contributor] % FOLDS for drawing in drawings])


def _cross_validate(
    dataset: Dataset, folds: npt.NDArray[np.int64], start: WarmStart, shift: DomainShift, seed: int
) -> LabelProbability:
    """Return the probability of each label, predicted by a network that was not trained on its fold."""
    base, collected = dataset.base[Split.TRAIN], dataset.collected[Split.TRAIN]
    outliers = scribbles(FINE_TUNING_OUTLIERS_PER_KIND, seed)
    epoch_size = fine_tuning_epoch_size(len(base) + len(collected))
    samplers = [
        Sampler(
            Pools(base, collected.select(folds != fold), outliers=outliers),
            FINE_TUNING_MIXTURE,
            epoch_size,
            seed,
            shift,
        )
        for fold in range(FOLDS)
    ]
    hyperparameters = Hyperparameters(
        steps=EPOCHS * samplers[0].steps, learning_rate=FINE_TUNING_LEARNING_RATE, seed=seed
    )
    # One trainer, reset to the champion for each fold: building a network for each would compile it four times.
    trainer = build_trainer(dataset.labels, start.architecture, hyperparameters, start)
    initial_state = trainer.state()
    probabilities: LabelProbability = np.ones(len(collected))
    for fold, sampler in enumerate(samplers):
        trainer.restore(initial_state)
        for epoch in range(EPOCHS):
            trainer.train_epoch(sampler.epoch(epoch), lambda _: None)
        probabilities[folds == fold] = _label_probability(trainer, collected.select(folds == fold))
    return np.where(_can_be_judged(base, collected, folds), probabilities, 1.0)


def _label_probability(trainer: Trainer, drawings: Drawings) -> LabelProbability:
    probabilities = softmax(trainer.logits(drawings))  # (n, classes)
    return probabilities[np.arange(len(drawings)), drawings.targets].astype(np.float64)


def _can_be_judged(base: Drawings, collected: Drawings, folds: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return whether the network for each drawing's fold was trained on enough drawings of its class, (n,)."""
    classes = int(max(base.targets.max(initial=0), collected.targets.max(initial=0))) + 1
    base_counts = np.bincount(base.targets, minlength=classes)  # (classes,)
    enough = np.zeros(len(collected), bool)
    for fold in range(FOLDS):
        counts = np.bincount(collected.targets[folds != fold], minlength=classes) + base_counts
        in_fold = folds == fold
        enough[in_fold] = counts[collected.targets[in_fold]] >= MIN_TRAINING_DRAWINGS
    return enough
