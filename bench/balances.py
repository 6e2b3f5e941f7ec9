"""What a network would answer if classes had been shown more as they come, or less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recognition.classifier import Classifier
from recognition.split import Split
from training.data.dataset import Dataset
from training.measures.evaluation import logits_of

FACTORS = (0.3, 0.2, 0.1, 0.0, -0.2, -0.5)


@dataclass(frozen=True)
class Balance:
    """Top-1 and macro recall when `factor` · ln(n) is added to the score of a class with n drawings to train on.

    Menon et al. 2021, Long-Tail Learning via Logit Adjustment.
    """

    factor: float
    validation: tuple[float, float]
    test: tuple[float, float]

    def __str__(self) -> str:
        return " | ".join(f"{top1 * 100:.1f} / {macro * 100:.1f}" for top1, macro in (self.validation, self.test))


def balances_of(classifier: Classifier, dataset: Dataset) -> list[Balance]:
    """Try all factors."""
    prior = np.log(np.bincount(dataset.base[Split.TRAIN].targets, minlength=len(dataset.labels)))
    sides = [dataset.base[split] for split in (Split.VALIDATION, Split.TEST)]
    scored = [(logits_of(classifier, side), side.targets) for side in sides]
    return [
        Balance(factor, *(_right(scores + factor * prior, targets) for scores, targets in scored)) for factor in FACTORS
    ]


def _right(scores: npt.NDArray[np.floating], targets: npt.NDArray[np.int32]) -> tuple[float, float]:
    """Return the shares of all drawings, and of an average class's, that are right."""
    right = scores.argmax(axis=1) == targets
    counts = np.bincount(targets)
    recalls = np.bincount(targets, weights=right)[counts > 0] / counts[counts > 0]
    return float(right.mean()), float(recalls.mean())


def as_table(balances: dict[str, list[Balance]]) -> str:
    """Write top-1 / macro recall of each network, on validation and test drawings, by factor."""
    names = "".join(f" {name}: validation | test |" for name in balances)
    rows = [
        f"| {ones[0].factor:+g} | {' | '.join(str(one) for one in ones)} |"
        for ones in zip(*balances.values(), strict=True)
    ]
    return "\n".join(["", f"| factor |{names}", f"|{'---|' * (1 + 2 * len(balances))}", *rows])
