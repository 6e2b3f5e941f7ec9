"""Logit adjustment: raises the scores of classes that were learnt from fewer drawings than others.

A network trained on few drawings of a class gives it too low a score on other drawings, as with any rare class
(Menon et al. 2021, Long-tail learning via logit adjustment).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# The accuracy on the base validation drawings that new classes may cost in all. More gained little recall and made the
# gate ask (docs/benchmarks/learning.md).
MAX_ACCURACY_COST = 0.003
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
    """Return the highest strength for new classes that costs the other classes at most MAX_ACCURACY_COST.

    logits, targets: of base validation drawings, as they are served, (n, classes) and (n,).
    """
    if not len(targets) or not len(new):
        return 0.0
    others = ~np.isin(targets, new)  # (n,)

    def accuracy(strength: float) -> float:
        best = (logits + adjustment(counts, new, strength)).argmax(axis=1)
        return float(((best == targets) & others).mean())

    # The cost counts from what the other classes have without the new ones.
    without = logits.copy()
    without[:, new] = -np.inf
    least = float(((without.argmax(axis=1) == targets) & others).mean()) - MAX_ACCURACY_COST
    # A grid search: the accuracy of the others falls as the strength grows, but in steps.
    strengths = np.arange(0, MAX_STRENGTH + STEP / 2, STEP)
    return max((float(strength) for strength in strengths if accuracy(strength) >= least), default=0.0)
