"""Confident learning: finds label errors from a network's predicted probabilities.

After Northcutt, Jiang and Chuang 2021, Confident Learning: Estimating Uncertainty in Dataset Labels. Their terms:

- The self-confidence of a drawing is the probability of its own label.
- The threshold of a class is the mean self-confidence of the drawings with its label. A network that is rarely sure of
  a class gets a low threshold for it.
- A drawing counts as the likeliest class whose threshold it reaches. If that is not its label, it is a label issue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MAX_RIVALS = 5  # other classes stored for each drawing; the probabilities of further classes are close to 0

Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True)
class LabelProbabilities:
    """A network's probabilities for n drawings with the same label, reduced to what label issues depend on.

    That takes 34 bytes a drawing; all probabilities of 345 classes take 1,380.
    """

    self_confidence: Probabilities  # (n,): of the label
    rivals: npt.NDArray[np.int16]  # (n, MAX_RIVALS): the likeliest other classes, in descending order
    rival_probabilities: Probabilities  # (n, MAX_RIVALS)

    @classmethod
    def from_probabilities(cls, probabilities: Probabilities, label: int) -> LabelProbabilities:
        """Reduce probabilities (n, classes). label: the index of the drawings' label."""
        others = probabilities.copy()
        others[:, label] = -1.0  # sorts the label itself last
        # With two classes there is a single rival.
        rivals = np.argsort(-others, axis=1)[:, : min(MAX_RIVALS, others.shape[1] - 1)]
        return cls(probabilities[:, label], rivals.astype(np.int16), np.take_along_axis(others, rivals, axis=1))

    @classmethod
    def concatenate(cls, parts: Sequence[LabelProbabilities]) -> LabelProbabilities:
        """Join one or more parts with the same label."""
        return cls(
            np.concatenate([part.self_confidence for part in parts]),
            np.concatenate([part.rivals for part in parts]),
            np.concatenate([part.rival_probabilities for part in parts]),
        )


@dataclass(frozen=True)
class LabelIssues:
    """The m drawings with one label that are probably mislabelled. Every array is (m,)."""

    rows: npt.NDArray[np.int64]  # their indices among the drawings with the label
    suggested: npt.NDArray[np.int16]  # the class that each seems to be
    self_confidence: Probabilities
    suggested_probability: Probabilities

    @property
    def margin(self) -> Probabilities:
        """Return how much likelier the suggested class is; the paper ranks by the negative, the normalized margin."""
        return self.suggested_probability - self.self_confidence


def class_thresholds(probabilities: Sequence[LabelProbabilities]) -> Probabilities:
    """Return the threshold of each class, (classes,): infinite without drawings, so that it is never suggested."""
    means = [part.self_confidence.mean() if len(part.self_confidence) else np.inf for part in probabilities]
    return np.array(means, np.float32)


def find_label_issues(probabilities: LabelProbabilities, label: int, thresholds: Probabilities) -> LabelIssues:
    """Return the drawings of a label that count as another class. thresholds: (classes,)."""
    # Candidates are the classes whose threshold is reached: rivals (n, MAX_RIVALS) against the label itself (n,).
    reached = probabilities.rival_probabilities >= thresholds[probabilities.rivals]
    candidates = np.where(reached, probabilities.rival_probabilities, -1.0)
    label_candidate = np.where(probabilities.self_confidence >= thresholds[label], probabilities.self_confidence, 0.0)
    best = candidates.argmax(axis=1)  # (n,): position among the rivals
    rows = np.flatnonzero(candidates[np.arange(len(candidates)), best] > label_candidate)
    return LabelIssues(
        rows,
        probabilities.rivals[rows, best[rows]],
        probabilities.self_confidence[rows],
        probabilities.rival_probabilities[rows, best[rows]],
    )
