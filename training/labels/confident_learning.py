"""Confident learning: which labels a network's probabilities speak against.

Northcutt, Jiang and Chuang 2021, Confident Learning: Estimating Uncertainty in Dataset Labels. A class's threshold is
its average self-confidence: how probable the network finds the class, on average, of drawings that carry its label. A
drawing counts as one of the likeliest class whose threshold it reaches; if that is not the class of its label, the
label is suspected. So a class that a network is rarely sure of needs less to be believed than one it is always sure of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RIVALS = 5  # other classes looked at for each drawing; beyond these nothing probable is left

Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Beliefs:
    """What a network believes of n drawings that carry one label, without what takes much memory.

    own: (n,) how probable the label is. rivals, theirs: (n, RIVALS) the likeliest other classes, how probable they are.
    """

    own: Probabilities
    rivals: npt.NDArray[np.int16]
    theirs: Probabilities

    @classmethod
    def of(cls, probabilities: Probabilities, label: int) -> Beliefs:
        """Take what counts from probabilities (n, classes)."""
        others = probabilities.copy()
        others[:, label] = -1.0
        rivals = np.argsort(-others, axis=1)[:, : min(RIVALS, others.shape[1] - 1)]
        return cls(probabilities[:, label], rivals.astype(np.int16), np.take_along_axis(others, rivals, axis=1))

    @classmethod
    def joined(cls, parts: Sequence[Beliefs]) -> Beliefs:
        """Put parts of one class together, of which there is at least one."""
        return cls(
            np.concatenate([part.own for part in parts]),
            np.concatenate([part.rivals for part in parts]),
            np.concatenate([part.theirs for part in parts]),
        )


@dataclass(frozen=True)
class Suspicions:
    """Which drawings of one label are suspected: row[i] seems to be class suggested[i]."""

    rows: npt.NDArray[np.int64]
    suggested: npt.NDArray[np.int16]
    own: Probabilities  # how probable the label is
    other: Probabilities  # how probable what it seems to be is

    @property
    def doubt(self) -> Probabilities:
        """How much likelier that is: the normalized margin by which Northcutt et al. rank, turned around."""
        return self.other - self.own


def thresholds(beliefs: Sequence[Beliefs]) -> Probabilities:
    """Return the average self-confidence of each class; one without drawings is never suggested."""
    return np.array([one.own.mean() if len(one.own) else np.inf for one in beliefs], np.float32)


def suspicions(beliefs: Beliefs, label: int, needed: Probabilities) -> Suspicions:
    """Return which drawings of a label count as another class. needed: the thresholds, by class."""
    reached = np.where(beliefs.theirs >= needed[beliefs.rivals], beliefs.theirs, -1.0)
    best = reached.argmax(axis=1)
    everyone = np.arange(len(reached))
    own = np.where(beliefs.own >= needed[label], beliefs.own, 0.0)
    rows = np.flatnonzero(reached[everyone, best] > own) if len(reached) else np.empty(0, np.int64)
    return Suspicions(rows, beliefs.rivals[rows, best[rows]], beliefs.own[rows], beliefs.theirs[rows, best[rows]])
