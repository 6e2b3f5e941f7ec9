"""Calibration of a network's logits, and the results of a prediction: numpy only, no LiteRT."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np
import numpy.typing as npt

TOP_GUESSES = 5  # shown for a drawing


@dataclass(frozen=True)
class Calibration:
    """How a network's logits become calibrated probabilities, and when it should answer "I don't know".

    temperature: divides the logits, so that 80 % of the answers with 80 % confidence are right (Guo et al. 2017, On
        Calibration of Modern Neural Networks).
    threshold: below this certainty the answer is "I don't know".
    softening: certainty is the confidence at this multiple of the temperature. For a scribble several labels are almost
        as likely as the best one; a higher temperature emphasizes that (Liang, Li and Srikant 2018, ODIN).
    """

    temperature: float = 1.0
    threshold: float = 0.0
    softening: float = 1.0

    def probabilities(self, logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return calibrated probabilities (n, labels) of logits (n, labels)."""
        return softmax(logits / np.float32(self.temperature))

    def certainty(self, probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the certainty of the best label, 0 to 1, (n,), given probabilities (n, labels)."""
        softened = probabilities ** np.float32(1 / self.softening)
        certainty: npt.NDArray[np.float32] = softened.max(axis=1) / softened.sum(axis=1)
        return certainty

    def recognizes(self, probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
        """Tell which answers reach the threshold, (n,), given probabilities (n, labels)."""
        recognized: npt.NDArray[np.bool_] = self.certainty(probabilities) >= self.threshold
        return recognized


class Guess(TypedDict):
    """A label with its confidence, as the database and the API's JSON have it too."""

    label: str
    confidence: float  # 0 to 1


@dataclass(frozen=True)
class Recognition:
    """A network's answer for one drawing. `top` holds the five most likely labels, best first.

    just_learnt: the answer is a class that the network does not know yet (see recognition/inference/prototypes.py).
    """

    top: tuple[Guess, ...]
    recognized: bool
    just_learnt: bool = False

    def with_least_confidence(self, least: float) -> Recognition:
        """Return it as not recognized unless its confidence is over a limit, 0 to 1."""
        return replace(self, recognized=self.recognized and self.confidence > least)

    @property
    def label(self) -> str:
        return self.top[0]["label"]

    @property
    def confidence(self) -> float:
        return self.top[0]["confidence"]


@dataclass(frozen=True)
class Outputs:
    """A network's outputs for n drawings: logits (n, labels) and embeddings (n, d), the input of its last layer."""

    logits: npt.NDArray[np.float32]
    embeddings: npt.NDArray[np.float32]  # d is 0 for an artifact without them


class InvalidArtifact(Exception):
    """The artifact of a model version is damaged, does not load, or does not fit its labels."""


def softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the probabilities (n, labels) of logits (n, labels)."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: npt.NDArray[np.float32] = exponentials / exponentials.sum(axis=1, keepdims=True)
    return probabilities
