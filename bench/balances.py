"""What a network would answer if classes had been shown more as they come, or less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from training.evaluation.metrics import Predictions, compute_metrics

FACTORS = (0.3, 0.2, 0.1, 0.0, -0.2, -0.5)


def balances_of(sides: Sequence[Predictions], drawings: npt.NDArray[np.int64]) -> list[str]:
    """Write, for each factor, top-1 / macro recall of each side when factor · ln(n) is added to a class's score.

    drawings: n, (labels,), to train on. Menon et al. 2021, Long-Tail Learning via Logit Adjustment.
    """
    return [" | ".join(_rights(side, drawings.astype(float) ** factor) for side in sides) for factor in FACTORS]


def _rights(answers: Predictions, weights: npt.NDArray[np.float64]) -> str:
    weighted = answers.probabilities * weights
    figures = compute_metrics(replace(answers, probabilities=weighted / weighted.sum(axis=1, keepdims=True)))
    return f"{figures['top1'] * 100:.1f} / {figures['macro_recall'] * 100:.1f}"


def as_table(balances: dict[str, list[str]]) -> str:
    """Write what each network would answer to validation and test drawings, by factor."""
    names = "".join(f" {name}: validation | test |" for name in balances)
    rows = [f"| {factor:+g} | {' | '.join(ones)} |" for factor, *ones in zip(FACTORS, *balances.values(), strict=True)]
    return "\n".join(["", f"| factor |{names}", f"|{'---|' * (1 + 2 * len(balances))}", *rows])
