"""Finds labels that contradict a champion which is sure: what liars say who speak with one voice.

The judges of `noise` learn from what people say. Many who tell the same lie convince them, and whoever wants to be many
has as many accounts as he likes (Douceur 2002, The Sybil Attack), so nothing here asks who said it. The champion has
learnt none of it. Where it is sure that a drawing is something else, a label is not believed until staff say so, too;
where it is unsure, people teach it. Sure is what confident learning calls sure: as sure of the other class
as it is, on average, of drawings of that class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt

from recognition.imaging.splits import Split
from recognition.inference.results import softmax
from training.augmentation.domain_shift import DomainShift, Pose, ScoreFunction
from training.data.dataset import Dataset
from training.data.drawing_index import Drawings
from training.evaluation.calibration import fit_temperature
from training.labels.confident_learning import Beliefs, Probabilities, suspicions, thresholds

EACH = 200  # validation drawings of a class at most, by which it is told how sure the champion is of that class
SURE = 0.95  # enough, however much surer it usually is
# How probable a label may be at most, in any pose in which people draw. With 300 cats called dogs by as many people,
# 79 % of these lies are that improbable and contradict a sure champion, and 0.9 % of the honest labels.
PLAUSIBLE = 0.1
# Share of a new class's drawings that look like one known class; to a network of 20 classes, those of one in four do.
MANY = 0.2

Columns = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Opinion:
    """What the champion thinks of the classes that it knows: columns of its scores."""

    champion: ScoreFunction
    known: Columns
    temperature: float
    needed: Probabilities  # from which on it is sure of each

    @classmethod
    def of(cls, champion: ScoreFunction, known: Columns, dataset: Dataset) -> Opinion:
        """Ask it about base drawings, which nobody here labelled; about collected ones where a class has no others."""
        base, collected = dataset.base[Split.VALIDATION], dataset.collected[Split.VALIDATION]
        sides = [_some(base, known), _some(collected, np.setdiff1d(known, base.targets))]
        logits = np.concatenate([champion(pixels)[:, known] for side in sides for pixels, _ in side.batches()])
        targets = np.searchsorted(known, np.concatenate([side.targets for side in sides])).astype(np.int32)
        temperature = fit_temperature(logits, targets)
        probabilities = softmax((logits / temperature).astype(np.float32))
        beliefs = [Beliefs.of(probabilities[targets == column], column) for column in range(len(known))]
        needed = thresholds(beliefs)
        return cls(champion, known, temperature, np.where(np.isfinite(needed), np.minimum(needed, SURE), needed))

    def probabilities(self, drawings: Drawings, pose: Pose | None = None) -> Probabilities:
        """Return how probable each known class is, (n, known), of drawings that were drawn in a pose."""
        shown = (pixels if pose is None else pose.undo(pixels) for pixels, _ in drawings.batches())
        logits = np.concatenate([self.champion(pixels)[:, self.known] for pixels in shown])
        return softmax((logits / self.temperature).astype(np.float32))

    def at_best(self, drawings: Drawings, column: int, style: DomainShift) -> Probabilities:
        """Return the same, each drawing in the pose, of those in which people draw, in which a class is likeliest."""
        posed = np.stack([self.probabilities(drawings, pose) for pose in (None, *style.poses)])
        best: Probabilities = posed[posed[:, :, column].argmax(axis=0), np.arange(len(drawings))]
        return best


def contradicted(
    dataset: Dataset, champion: ScoreFunction, known: Iterable[int], style: DomainShift
) -> dict[UUID, str]:
    """Return the collected drawings to train on whose label contradicts a sure champion, and what it is sure of.

    known: the targets that the champion knows. style: of the collected drawings, in whose poses it is asked as well.
    """
    columns = np.array(sorted(known), np.int64)
    collected, sources = dataset.collected[Split.TRAIN], dataset.collected_to_train_on()
    if not sources or len(columns) < 2 or not _some(dataset.base[Split.VALIDATION], columns):
        return {}
    opinion = Opinion.of(champion, columns, dataset)
    found: dict[UUID, str] = {}
    for target in np.unique(collected.targets).tolist():
        rows = np.flatnonzero(collected.targets == target)
        against = _against(opinion, collected.select(collected.targets == target), target, style)
        found |= {sources[rows[place]].pk: dataset.labels[columns[column]] for place, column in against}
    return found


def _against(opinion: Opinion, drawings: Drawings, target: int, style: DomainShift) -> Iterator[tuple[int, int]]:
    """Yield which of the drawings that people call one class the champion is sure are another, and its column."""
    if target in opinion.known:
        column = int(np.searchsorted(opinion.known, target))
        return _against_known(opinion.at_best(drawings, column, style), column, opinion.needed)
    return _against_new(opinion.probabilities(drawings), opinion.needed)


def _against_known(probabilities: Probabilities, label: int, needed: Probabilities) -> Iterator[tuple[int, int]]:
    """Yield those of a class that the champion knows."""
    found = suspicions(Beliefs.of(probabilities, label), label, needed)
    for row, other in zip(found.rows.tolist(), found.suggested.tolist(), strict=True):
        if probabilities[row, label] < PLAUSIBLE:
            yield row, other


def _against_new(probabilities: Probabilities, needed: Probabilities) -> Iterator[tuple[int, int]]:
    """Yield those of a class that it has never seen, as far as it takes many for one and the same class.

    It is sure of some drawings of any new class, but of a few here and a few there. Many of one kind are either lies or
    drawings that really look like that class, as motorbikes look like bicycles; no number can tell, only people.
    """
    sure = np.where(probabilities >= needed, probabilities, 0.0)
    likeliest = sure.argmax(axis=1)
    is_sure = sure.max(axis=1) > 0
    counts = np.bincount(likeliest[is_sure], minlength=sure.shape[1])
    for row in np.flatnonzero(is_sure & (counts[likeliest] > MANY * len(sure))):
        yield int(row), int(likeliest[row])


def _some(drawings: Drawings, targets: npt.NDArray[np.int64]) -> Drawings:
    """Return the first drawings of some classes."""
    order = np.argsort(drawings.targets, kind="stable")
    counts = np.bincount(drawings.targets)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    return drawings.select((place < EACH) & np.isin(drawings.targets, targets))
