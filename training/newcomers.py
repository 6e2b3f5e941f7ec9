"""New classes are answered too seldom by a network that learnt them from a few drawings; their scores are raised."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# Of the accuracy on the base validation drawings. Four times as much won 2 points of the new class's recall, and lost
# so much of the base that the gate refused the version.
PRICE = 0.0005
STEP, HIGHEST = 0.1, 3.0  # added to the logits of the new classes


def welcome(logits: npt.NDArray[np.float32], targets: npt.NDArray[np.int32], new: Sequence[int]) -> float:
    """Return what to add to the logits of the new classes: the most that costs the others no more than PRICE.

    logits, targets: of base validation drawings, (n, classes) and (n,). A network trained on few drawings of a class
    gives it too low a score on others, as with any rare class (Menon et al. 2021, Long-tail learning via logit
    adjustment).
    """
    if not len(targets) or not new:
        return 0.0
    rivals = np.delete(logits, new, axis=1).max(axis=1) - logits[:, new].max(axis=1)  # the lead of the known classes
    right = np.delete(logits, new, axis=1).argmax(axis=1) == _positions_without(new, logits.shape[1])[targets]
    accuracy = (right & (rivals > 0)).mean()
    offsets = np.arange(0, HIGHEST + STEP / 2, STEP)
    affordable = [offset for offset in offsets if (right & (rivals > offset)).mean() >= accuracy - PRICE]
    return float(affordable[-1])


def _positions_without(left_out: Sequence[int], count: int) -> npt.NDArray[np.int64]:
    """Return where each of `count` classes stands once some are left out; those themselves stand nowhere, at -1."""
    kept = ~np.isin(np.arange(count), left_out)
    return np.where(kept, np.cumsum(kept) - 1, -1)
