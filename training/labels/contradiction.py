"""Finds labels that contradict a confident champion: a defence against many users who give the same wrong label.

`label_noise` compares user labels with each other, so many users with the same wrong label confirm each other. Anybody
can be many users (Douceur 2002, The Sybil Attack), so this module does not consider who gave a label. The champion has
not been trained on any of these drawings. Where it is confident of another class, the label is rejected unless staff
confirm it. Where it is unsure, the users' label counts.

Confident means that the champion reaches the other class's threshold, as in confident learning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
import numpy.typing as npt

from recognition.imaging.splits import Split
from recognition.inference.results import softmax
from training.augmentation.domain_shift import DomainShift, ScoreFunction, turned
from training.data.dataset import Dataset
from training.data.drawing_index import Drawings, Part
from training.labels.confident_learning import (
    LabelProbabilities,
    Probabilities,
    class_thresholds,
    find_label_issues,
)

THRESHOLD_DRAWINGS_PER_CLASS = 200  # validation drawings for the thresholds, at most
MAX_THRESHOLD = 0.95  # a probability that counts as confident for any class
# A label is rejected only if its probability is lower, in every turn of the domain shift. With 300 cats that as many
# users called dogs, 79 % of the wrong labels and 0.9 % of the right ones were rejected.
MAX_LABEL_PROBABILITY = 0.1
# A cluster is a larger share of a new class's drawings that look like one known class. To a network of 20 classes, the
# drawings of one in four new classes form a cluster.
MIN_CLUSTER_SHARE = 0.2
# Several clusters together, each too small: a flood of several kinds of lies.
MAX_CONFIDENT_SHARE = 0.5

Columns = npt.NDArray[np.int64]  # positions among the classes that the champion knows


@dataclass(frozen=True)
class ConfidentChampion:
    """The champion's probabilities and thresholds for the k classes that it knows."""

    scores: ScoreFunction  # calibrated logits
    known: Columns  # (k,): their targets, ascending
    thresholds: Probabilities  # (k,)

    @classmethod
    def measure(cls, scores: ScoreFunction, known: Columns, dataset: Dataset) -> ConfidentChampion:
        """Find the thresholds on validation drawings.

        Base drawings, because no user can influence their labels; user drawings only for classes that have no others.
        """
        base, collected = dataset.base[Split.VALIDATION], dataset.collected[Split.VALIDATION]
        sides = [_first_of_each(base, known), _first_of_each(collected, np.setdiff1d(known, base.targets))]
        champion = cls(scores, known, np.empty(0, np.float32))
        probabilities = np.concatenate([champion.probabilities(side) for side in sides])  # (n, k)
        # From targets to columns: `known` is sorted.
        columns = np.searchsorted(known, np.concatenate([side.targets for side in sides]))
        by_class = [
            LabelProbabilities.from_probabilities(probabilities[columns == column], column)
            for column in range(len(known))
        ]
        thresholds = class_thresholds(by_class)
        # An infinite threshold marks a class without drawings and has to stay.
        capped = np.where(np.isfinite(thresholds), np.minimum(thresholds, MAX_THRESHOLD), thresholds)
        return replace(champion, thresholds=capped)

    def probabilities(self, drawings: Drawings, quarters: int = 0) -> Probabilities:
        """Return the probabilities (n, k) of drawings, turned back by quarter turns."""
        scores = [self.scores(turned(pixels, -quarters))[:, self.known] for pixels, _ in drawings.batches()]
        return softmax(np.concatenate([np.empty((0, len(self.known)), np.float32), *scores]))

    def probabilities_in_best_turn(self, drawings: Drawings, column: int, shift: DomainShift) -> Probabilities:
        """Return the probabilities (n, k), each drawing in the turn of the shift that suits a class best."""
        by_turn = np.stack([self.probabilities(drawings, quarters) for quarters in (0, *shift.turns)])  # (turns, n, k)
        best_turn = by_turn[:, :, column].argmax(axis=0)  # (n,)
        best: Probabilities = by_turn[best_turn, np.arange(len(drawings))]
        return best


def find_contradictions(
    dataset: Dataset, champion: ScoreFunction, known: Iterable[int], shift: DomainShift
) -> dict[UUID, str]:
    """Return the user drawings of any split that contradict the champion, with the class that it is confident of.

    known: the targets that the champion knows. shift: the domain shift of the user drawings.
    """
    columns = np.array(sorted(known), np.int64)
    # With fewer than two classes there is nothing to confuse, and without base drawings nothing to measure.
    if len(columns) < 2 or not _first_of_each(dataset.base[Split.VALIDATION], columns):
        return {}
    confident = ConfidentChampion.measure(champion, columns, dataset)
    contradictions: dict[UUID, str] = {}
    for target, data in enumerate(dataset.classes):
        sources = data.collected.drawings  # of all splits
        if not sources:
            continue
        drawings = Drawings([Part(target, data.collected.pixels, np.arange(len(sources), dtype=np.int32))])
        for position, column in _contradictions(confident, drawings, target, shift):
            contradictions[sources[position].pk] = dataset.labels[columns[column]]
    return contradictions


def _contradictions(
    champion: ConfidentChampion, drawings: Drawings, target: int, shift: DomainShift
) -> Iterator[tuple[int, int]]:
    """Yield the positions of contradicting drawings of one class, and the column that the champion is confident of."""
    if target in champion.known:
        column = int(np.searchsorted(champion.known, target))
        probabilities = champion.probabilities_in_best_turn(drawings, column, shift)
        return _contradictions_of_known_class(probabilities, column, champion.thresholds)
    return _contradictions_of_new_class(champion.probabilities(drawings), champion.thresholds)


def _contradictions_of_known_class(
    probabilities: Probabilities, label: int, thresholds: Probabilities
) -> Iterator[tuple[int, int]]:
    issues = find_label_issues(LabelProbabilities.from_probabilities(probabilities, label), label, thresholds)
    for row, other in zip(issues.rows.tolist(), issues.suggested.tolist(), strict=True):
        if probabilities[row, label] < MAX_LABEL_PROBABILITY:
            yield row, other


def _contradictions_of_new_class(probabilities: Probabilities, thresholds: Probabilities) -> Iterator[tuple[int, int]]:
    """Yield the drawings of a class unknown to the champion that cluster in one of its classes.

    The champion is confident of some drawings of every new class, but they are spread over several of its classes. A
    cluster is either a lie or a class that looks alike, as motorbikes look like bicycles. Only people can tell which.
    """
    confident = np.where(probabilities >= thresholds, probabilities, 0.0)  # (n, k)
    likeliest = confident.argmax(axis=1)  # (n,)
    is_confident = confident.max(axis=1) > 0
    counts = np.bincount(likeliest[is_confident], minlength=confident.shape[1])  # (k,)
    in_cluster = counts[likeliest] > MIN_CLUSTER_SHARE * len(confident)
    in_cluster |= is_confident.mean() > MAX_CONFIDENT_SHARE
    for row in np.flatnonzero(is_confident & in_cluster):
        yield int(row), int(likeliest[row])


def _first_of_each(drawings: Drawings, targets: Columns) -> Drawings:
    """Return the first THRESHOLD_DRAWINGS_PER_CLASS drawings of each of some classes."""
    return drawings.select(np.isin(drawings.targets, targets)).first_of_each_class(THRESHOLD_DRAWINGS_PER_CLASS)
