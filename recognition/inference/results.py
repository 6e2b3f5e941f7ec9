"""Calibration of a network's logits, and the results of a prediction: numpy only, no LiteRT."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

TOP = 5  # guesses shown


@dataclass(frozen=True)
class Calibration:
    """How a network's logits become a confidence that can be believed, and when it had better say nothing.

    temperature: the logits are divided by it, so that of the answers given with 80 % confidence 80 % are right
        (Guo et al. 2017, On Calibration of Modern Neural Networks).
    threshold: the certainty under which the answer is "I don't know".
    softening: certainty is what confidence would be at so many times the temperature. A scribble leaves several labels
        not much less likely than the best; the hotter, the more that counts (Liang, Li and Srikant 2018, ODIN).
    """

    temperature: float = 1.0
    threshold: float = 0.0
    softening: float = 1.0

    def probabilities(self, logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return how likely each label is, (n, labels), given logits (n, labels)."""
        return softmax(logits / np.float32(self.temperature))

    def certainty(self, probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return how far the best of the labels stands out, 0 to 1, (n,), given probabilities (n, labels)."""
        softened = probabilities ** np.float32(1 / self.softening)
        certainty: npt.NDArray[np.float32] = softened.max(axis=1) / softened.sum(axis=1)
        return certainty

    def recognizes(self, probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
        """Tell which answers are certain enough to be given, (n,), given probabilities (n, labels)."""
        recognized: npt.NDArray[np.bool_] = self.certainty(probabilities) >= self.threshold
        return recognized


@dataclass(frozen=True)
class Guess:
    label: str
    confidence: float  # 0 to 1


@dataclass(frozen=True)
class Recognition:
    """What a network says about one drawing. `top` holds the five most likely labels, best first.

    just_learnt: the answer is a class that the network itself does not know yet (recognition/inference/prototypes.py).
    """

    top: tuple[Guess, ...]
    recognized: bool
    just_learnt: bool = False

    @property
    def label(self) -> str:
        return self.top[0].label

    @property
    def confidence(self) -> float:
        return self.top[0].confidence


@dataclass(frozen=True)
class Outputs:
    """What a network makes of n drawings: logits (n, labels); embeddings (n, d), its features before the last layer."""

    logits: npt.NDArray[np.float32]
    embeddings: npt.NDArray[np.float32]  # d is 0 for an artifact that does not tell them


class InvalidArtifact(Exception):
    """The bytes of a model version are damaged, do not load, or do not do what their labels promise."""


def softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Turn logits (n, labels) into probabilities, row by row."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: npt.NDArray[np.float32] = exponentials / exponentials.sum(axis=1, keepdims=True)
    return probabilities
