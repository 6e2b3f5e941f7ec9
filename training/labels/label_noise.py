"""Finds labels that are probably wrong, by what a network that never saw them says (confident learning).

Northcutt et al. 2021, Confident Learning. A network goes on from the champion with three quarters of the collected
drawings and judges the rest, four times over. Nobody's drawings help to judge his own, so that a flood of wrong labels
does not vouch for itself; what somebody alone draws in a way of his own is doubted too, until staff say it is right.
Before that, what contradicts a sure champion is taken out, so that those who agree on a lie do not convince the judges.
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
from training.labels.contradiction import contradicted
from training.network.fit import champion_of, known_targets, new_trainer, style_of
from training.network.schedule import FINE_LEARNING_RATE, FINE_MIXTURE, FINE_OUTLIERS, fine_epoch
from training.network.trainer import Recipe, Trainer
from training.network.warm_start import Start

DOUBT = "label doubted"  # how the reason starts
FOLDS = 4
# Of 200 drawings of a shifted style, 30 % with wrong labels, 0.02 caught 90 % of the wrong ones and lost 3 % of the
# right ones; 0.05 95 and 11 %, 0.1 97 and 13 %.
DOUBTED_BELOW = 0.03
EPOCHS = 2
FEWEST = 20  # drawings of a class without which a network cannot judge it

Judged = npt.NDArray[np.float64]  # how probable each label is, one for each drawing; 1 where nobody can judge


def doubted(dataset: Dataset, start: Start, seed: int) -> dict[UUID, str]:
    """Return the collected drawings to train on whose label is probably wrong, and why it seems so.

    What staff labelled is never doubted: that is how a doubt is overruled.
    """
    style = style_of(dataset, start)
    against = contradicted(dataset, champion_of(dataset, start), known_targets(dataset, start), style)
    confirmed = {drawing.pk for drawing in dataset.collected_to_train_on() if drawing.confirmed}
    doubts = {
        pk: f"{DOUBT}: the version in service is sure that it is “{name}”"
        for pk, name in against.items()
        if pk not in confirmed
    }
    left = dataset.without(doubts)
    return doubts | _improbable(left, start, style, seed)


def _improbable(dataset: Dataset, start: Start, style: DomainShift, seed: int) -> dict[UUID, str]:
    drawings = dataset.collected_to_train_on()
    if not drawings:
        return {}
    judged = _judge(dataset, _folds(drawings), start, style, seed)
    return {
        drawing.pk: f"{DOUBT}: {probability:.0%} likely"
        for drawing, probability in zip(drawings, judged, strict=True)
        if probability < DOUBTED_BELOW and not drawing.confirmed
    }


def _folds(drawings: Sequence[CollectedDrawing]) -> npt.NDArray[np.int64]:
    """Return the fold of each drawing, the same every time; all of a contributor's are in one."""
    contributors = sorted({drawing.contributor for drawing in drawings})
    place = {contributor: position for position, contributor in enumerate(contributors)}
    return np.array([place[drawing.contributor] % FOLDS for drawing in drawings])


def _judge(dataset: Dataset, folds: npt.NDArray[np.int64], start: Start, style: DomainShift, seed: int) -> Judged:
    base, collected = dataset.base[Split.TRAIN], dataset.collected[Split.TRAIN]
    noise, size = scribbles(FINE_OUTLIERS, seed), fine_epoch(len(base) + len(collected))
    samplers = [
        Sampler(Pools(base, collected.select(folds != fold), outliers=noise), FINE_MIXTURE, size, seed, style)
        for fold in range(FOLDS)
    ]
    recipe = Recipe(steps=EPOCHS * samplers[0].steps, learning_rate=FINE_LEARNING_RATE, seed=seed)
    trainer = new_trainer(dataset.labels, start.architecture, recipe, start)
    fresh = trainer.state()
    judged: Judged = np.ones(len(collected))
    for fold, sampler in enumerate(samplers):
        trainer.restore(fresh)
        for epoch in range(EPOCHS):
            trainer.run_epoch(sampler.epoch(epoch), lambda _: None)
        judged[folds == fold] = _believed(trainer, collected.select(folds == fold))
    return np.where(_can_be_judged(base, collected, folds), judged, 1.0)


def _believed(trainer: Trainer, drawings: Drawings) -> Judged:
    probabilities = softmax(trainer.logits(drawings))
    return probabilities[np.arange(len(drawings)), drawings.targets].astype(np.float64)


def _can_be_judged(base: Drawings, collected: Drawings, folds: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Tell for which drawings the network that judges them learnt from enough others of their class."""
    classes = int(max(base.targets.max(initial=0), collected.targets.max(initial=0))) + 1
    from_base = np.bincount(base.targets, minlength=classes)
    enough = np.zeros(len(collected), bool)
    for fold in range(FOLDS):
        others = np.bincount(collected.targets[folds != fold], minlength=classes) + from_base
        enough[folds == fold] = others[collected.targets[folds == fold]] >= FEWEST
    return enough
