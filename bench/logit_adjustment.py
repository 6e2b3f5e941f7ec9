"""Trades top-1 accuracy for macro recall by logit adjustment, without retraining a network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from recognition.inference.results import Calibration
from training.evaluation.metrics import Predictions, compute_metrics

FACTORS = (0.3, 0.2, 0.1, 0.0, -0.2, -0.5)


Split = tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]  # logits (n, labels) and targets (n,)


def adjusted_metrics(labels: Sequence[str], splits: Sequence[Split], train_counts: npt.NDArray[np.int64]) -> list[str]:
    """Return a row of top-1 / macro recall of each split for each factor; factor · ln(n) is added to logits.

    train_counts: n, int64 (labels,), training drawings of each class. Menon et al. 2021, Long-Tail Learning via Logit
    Adjustment.
    """
    biases = [factor * np.log(np.maximum(train_counts, 1)) for factor in FACTORS]
    return [" | ".join(_accuracy(labels, split, bias) for split in splits) for bias in biases]


def _accuracy(labels: Sequence[str], split: Split, bias: npt.NDArray[np.float64]) -> str:
    logits, targets = split
    probabilities = Calibration().probabilities((logits + bias).astype(np.float32))
    metrics = compute_metrics(Predictions.from_probabilities(labels, probabilities, targets, Calibration()))
    return f"{metrics['top1'] * 100:.1f} / {metrics['macro_recall'] * 100:.1f}"


def as_table(adjusted: dict[str, list[str]]) -> str:
    """Return a table of the metrics of each network on validation and test drawings, by factor."""
    names = "".join(f" {name}: validation | test |" for name in adjusted)
    by_factor = zip(FACTORS, *adjusted.values(), strict=True)
    rows = [f"| {factor:+g} | {' | '.join(cells)} |" for factor, *cells in by_factor]
    return "\n".join(["", f"| factor |{names}", f"|{'---|' * (1 + 2 * len(adjusted))}", *rows])
