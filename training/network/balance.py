"""Logit adjustment: raises the scores of classes that were learnt from fewer drawings than others.

A network trained on few drawings of a class gives it too low a score on other drawings, as with any rare class
(Menon et al. 2021, Long-tail learning via logit adjustment).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# What new classes may cost on base validation drawings: a share of all, and drawings of any one class. The gate takes
# eleven drawings that one of 65 classes loses for significant (McNemar, Holm: 0.5^11 < 5 % / 65), and asks a person.
MAX_COST, MAX_CLASS_DRAWINGS = 0.003, 6
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

    def is_cheap(strength: float) -> bool:
        lost = was_right & ((logits + adjustment(counts, new, strength)).argmax(axis=1) != targets)  # (n,)
        return bool(lost.mean() <= MAX_COST and np.bincount(targets[lost], minlength=1).max() <= MAX_CLASS_DRAWINGS)

    # A grid search: the cost grows with the strength, but in steps.
    strengths = np.arange(0, MAX_STRENGTH + STEP / 2, STEP)
    return max((float(strength) for strength in strengths if is_cheap(strength)), default=0.0)
