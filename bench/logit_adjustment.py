"""Trades top-1 accuracy for macro recall by logit adjustment, without retraining a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from training.evaluation.metrics import Predictions, compute_metrics

FACTORS = (0.3, 0.2, 0.1, 0.0, -0.2, -0.5)


def adjusted_metrics(splits: Sequence[Predictions], train_counts: npt.NDArray[np.int64]) -> list[str]:
    """Return a row of top-1 / macro recall of each split for each factor; factor · ln(n) is added to logits.

    train_counts: n, int64 (labels,), training drawings of each class. Menon et al. 2021, Long-Tail Learning via Logit
    Adjustment.
    """
    weights = [train_counts.astype(float) ** factor for factor in FACTORS]
    return [" | ".join(_accuracy(split, class_weights) for split in splits) for class_weights in weights]


def _accuracy(answers: Predictions, weights: npt.NDArray[np.float64]) -> str:
    # Multiplying probabilities by n^factor adds factor · ln(n) to the logits.
    weighted = answers.probabilities * weights
    metrics = compute_metrics(replace(answers, probabilities=weighted / weighted.sum(axis=1, keepdims=True)))
    return f"{metrics['top1'] * 100:.1f} / {metrics['macro_recall'] * 100:.1f}"


def as_table(adjusted: dict[str, list[str]]) -> str:
    """Return a table of the metrics of each network on validation and test drawings, by factor."""
    names = "".join(f" {name}: validation | test |" for name in adjusted)
    by_factor = zip(FACTORS, *adjusted.values(), strict=True)
    rows = [f"| {factor:+g} | {' | '.join(cells)} |" for factor, *cells in by_factor]
    return "\n".join(["", f"| factor |{names}", f"|{'---|' * (1 + 2 * len(adjusted))}", *rows])
