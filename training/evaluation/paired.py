"""Paired statistics: two versions answer the same drawings, so that only the answers that differ are uncertain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binom

Z_95_PERCENT = 1.645  # standard deviations: a one-sided confidence of 95 %
SIGNIFICANCE = 0.05

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Difference:
    """How much more accurate the candidate is than the reference, with its standard error: shares, -1 to 1."""

    mean: float
    error: float

    @property
    def low(self) -> float:
        """The lower bound of the one-sided 95 % confidence interval (normal approximation)."""
        return self.mean - Z_95_PERCENT * self.error


@dataclass(frozen=True)
class Paired:
    """Which of n drawings the candidate and the reference recognize, in the same order.

    candidate, reference: bool (n,). targets: int (n,), each drawing's class.
    """

    candidate: Bools
    reference: Bools
    targets: npt.NDArray[np.integer]

    def __len__(self) -> int:
        return len(self.targets)

    def select(self, mask: Bools) -> Paired:
        """Return the drawings where the mask, (n,), is true."""
        return Paired(self.candidate[mask], self.reference[mask], self.targets[mask])

    def joined(self, other: Paired) -> Paired:
        """Return these drawings and others."""
        return Paired(
            np.concatenate([self.candidate, other.candidate]),
            np.concatenate([self.reference, other.reference]),
            np.concatenate([self.targets, other.targets]),
        )

    def swapped(self) -> Paired:
        """Return the same comparison the other way around."""
        return Paired(self.reference, self.candidate, self.targets)

    def with_support(self, at_least: int) -> Bools:
        """Tell which drawings, (n,), belong to a class with at least so many drawings."""
        return np.bincount(self.targets)[self.targets] >= at_least if len(self) else np.zeros(0, bool)

    def accuracy(self) -> Difference:
        """Compare the accuracies; no difference without drawings."""
        if not len(self):
            return Difference(0.0, 0.0)
        # -1, 0 or 1 for each drawing. Most are 0, so that the error is far smaller than for separate samples.
        differences = self._differences()
        return Difference(float(differences.mean()), float(differences.std() / np.sqrt(len(self))))

    def macro_recalls(self) -> tuple[float, float]:
        """Return the recall of the candidate and of the reference, averaged over the classes; 0 without drawings."""
        if not len(self):
            return 0.0, 0.0
        counts, tested = self._counts()
        candidate = np.bincount(self.targets, self.candidate)[tested] / counts  # (classes,)
        reference = np.bincount(self.targets, self.reference)[tested] / counts
        return float(candidate.mean()), float(reference.mean())

    def macro_recall(self) -> Difference:
        """Compare the recalls averaged over the classes; no difference without drawings."""
        if not len(self):
            return Difference(0.0, 0.0)
        counts, tested = self._counts()
        differences = self._differences()
        means = np.bincount(self.targets, differences)[tested] / counts  # (classes,)
        variances = np.bincount(self.targets, differences**2)[tested] / counts - means**2
        # The variance of a mean of independent means, each over its class's drawings.
        return Difference(float(means.mean()), float(np.sqrt((variances / counts).sum()) / len(counts)))

    def recall_changes(self, classes: int) -> npt.NDArray[np.float64]:
        """Return how much higher the candidate's recall of each class is, (classes,); 0 for one without drawings."""
        counts = np.bincount(self.targets, minlength=classes)
        return np.bincount(self.targets, self._differences(), classes) / np.maximum(counts, 1)

    def p_value(self) -> float:
        """Return McNemar's exact p-value, one-sided: how likely an equal candidate loses as many drawings as here."""
        losses, gains = self.reference & ~self.candidate, self.candidate & ~self.reference
        return float(binom.sf(losses.sum() - 1, losses.sum() + gains.sum(), 0.5))

    def worse_classes(self) -> npt.NDArray[np.integer]:
        """Return the classes whose recall is significantly lower, by McNemar's test with Holm's correction at 5 %."""
        if not len(self):
            return self.targets
        _, classes = self._counts()
        losses = np.bincount(self.targets, self.reference & ~self.candidate)[classes]
        gains = np.bincount(self.targets, self.candidate & ~self.reference)[classes]
        p_values = binom.sf(losses - 1, losses + gains, 0.5)  # (classes,)
        order = np.argsort(p_values)
        # Holm (1979): the smallest p-value against 5 % / m, the next against 5 % / (m - 1), until the first one fails.
        passed = p_values[order] > SIGNIFICANCE / np.arange(len(order), 0, -1)
        return classes[order[: int(passed.argmax()) if passed.any() else len(order)]]

    def class_count(self) -> int:
        """Return how many classes have drawings."""
        return len(self._counts()[1])

    def _counts(self) -> tuple[npt.NDArray[np.integer], npt.NDArray[np.integer]]:
        """Return the number of drawings of each class that has any, and these classes: both (classes,)."""
        counts = np.bincount(self.targets)
        tested = np.flatnonzero(counts)
        return counts[tested], tested

    def _differences(self) -> npt.NDArray[np.float64]:
        return self.candidate.astype(np.float64) - self.reference.astype(np.float64)
