"""Logit adjustment: raises the scores of classes that were learnt from fewer drawings than others.

A network trained on few drawings of a class gives it too low a score on other drawings, as with any rare class
(Menon et al. 2021, Long-tail learning via logit adjustment).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# The accuracy on base validation drawings that new classes may cost: on all of them, on those of any one class, and on
# those of classes with few drawings. The gate looks at the same three (training.evaluation.gate), and asks a person if
# new classes cost more (docs/benchmarks/learning.md).
MAX_COST, MAX_CLASS_COST, MAX_THIN_COST = 0.003, 0.05, 0.01
MIN_CLASS_DRAWINGS = 40  # of a class, to look at it alone
STEP, MAX_STRENGTH = 0.05, 1.5


def adjustment(counts: npt.NDArray[np.integer], chosen: Sequence[int], strength: float) -> npt.NDArray[np.float32]:
    """Return what to add to the logits, (classes,): strength × ln(typical number / own number) for the chosen classes.

    counts: the training drawings of each class, (classes,). The typical number is the others' geometric mean.
    """
    logarithms = np.log(np.maximum(counts, 1))
    others = np.delete(logarithms, chosen)
    bias = np.zeros(len(counts), np.float32)
    if len(others):
        bias[chosen] = strength * np.maximum(0, others.mean() - logarithms[chosen])
    return bias


def choose_strength(
    logits: npt.NDArray[np.float32],
    targets: npt.NDArray[np.int32],
    counts: npt.NDArray[np.integer],
    new: Sequence[int],
) -> float:
    """Return the highest strength for new classes that costs the other classes little.

    logits, targets: of base validation drawings, as they are served, (n, classes) and (n,).
    """
    others = ~np.isin(targets, new)  # (n,)
    if not others.any() or not len(new):
        return 0.0
    logits, targets = logits[others], targets[others]
    # The cost counts from what the other classes have without the new ones.
    without = logits.copy()
    without[:, new] = -np.inf
    was_right = without.argmax(axis=1) == targets
    own_counts = np.bincount(targets)  # (classes,)
    is_thin = own_counts[targets] < MIN_CLASS_DRAWINGS  # (n,)

    def is_cheap(strength: float) -> bool:
        lost = was_right & ((logits + adjustment(counts, new, strength)).argmax(axis=1) != targets)  # (n,)
        by_class = np.bincount(targets, lost)[own_counts >= MIN_CLASS_DRAWINGS]
        shares = by_class / own_counts[own_counts >= MIN_CLASS_DRAWINGS]
        thin = lost[is_thin].mean() if is_thin.any() else 0.0
        return bool(lost.mean() <= MAX_COST and max(shares, default=0.0) <= MAX_CLASS_COST and thin <= MAX_THIN_COST)

    # A grid search: the cost grows with the strength, but in steps.
    strengths = np.arange(0, MAX_STRENGTH + STEP / 2, STEP)
    return max((float(strength) for strength in strengths if is_cheap(strength)), default=0.0)
