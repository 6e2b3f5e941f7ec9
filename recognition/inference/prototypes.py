"""Classes that the network in service has never seen, answered from the first drawings that people confirmed.

A nearest-neighbour head (nearest class mean by cosine, in the whitened feature space of the network: Snell et al. 2017,
Prototypical Networks; Mensink et al. 2013, Distance-Based Image Classification) that answers until the next version
knows the class properly. `bench/just_learnt.py` says how well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from recognition.inference.feature_space import FeatureSpace, Floats, log_odds
from recognition.inference.results import TOP, Calibration, Guess, Outputs, Recognition

LEAST = 10  # confirmed drawings
MOST = 100  # the newest ones count
LOST = 0.0065  # share of the known drawings that a new class may take for itself


@dataclass(frozen=True)
class NewClass:
    """What is known of a class after a few drawings.

    direction: (d,), where its drawings lie on average.
    usual, spread: of the likeness of known drawings to it.
    least: evidence from which on a drawing is answered as of this class.
    confidence: share of these answers that is right, if it is drawn as often as each other class.
    """

    label: str
    direction: Floats
    usual: float
    spread: float
    least: float
    confidence: float

    def evidence(self, directions: Floats, odds: Floats) -> Floats:
        """Say how much speaks for this class, (n,): drawings like its own, of which the network is unsure."""
        evidence: Floats = (directions @ self.direction - self.usual) / self.spread - odds
        return evidence


def learn_class(label: str, embeddings: Floats, confidences: Floats, space: FeatureSpace, classes: int) -> NewClass:
    """Learn from drawings of a new class: embeddings (n, d), and how sure the network was of each, (n,).

    However wrong these drawings may be, the threshold lets no more than LOST of the known ones be taken for theirs.
    classes: how many the network knows.
    """
    own, odds = space.directions(embeddings), log_odds(confidences)
    likeness = space.known @ own.mean(axis=0)
    new = NewClass(label, own.mean(axis=0), float(likeness.mean()), float(likeness.std()), least=0.0, confidence=0.0)
    least = float(np.quantile(new.evidence(space.known, space.log_odds), 1 - LOST))
    found = float((_without_itself(new, own, odds) > least).mean())
    return replace(new, least=least, confidence=found / (found + classes * LOST))


def _without_itself(new: NewClass, own: Floats, odds: Floats) -> Floats:
    """Return each drawing's evidence for a class that was learnt from the others only."""
    others = (own.sum(axis=0) - own) / max(1, len(own) - 1)
    evidence: Floats = ((own * others).sum(axis=1) - new.usual) / new.spread - odds
    return evidence


def reconsider(
    recognition: Recognition,
    outputs: Outputs,
    new: Sequence[NewClass],
    space: FeatureSpace,
    calibration: Calibration,
) -> Recognition:
    """Answer with the new class that most speaks for, if any does; else leave the answer as it is.

    outputs: of one drawing. calibration: of the network, by which the new answer has to be certain enough, too.
    """
    directions, odds = space.directions(outputs.embeddings), log_odds(recognition.confidence)
    claims = [(float(one.evidence(directions, odds)[0]) - one.least, index) for index, one in enumerate(new)]
    most, index = max(claims, default=(0.0, -1))
    if most <= 0:
        return recognition
    claim = Guess(new[index].label, new[index].confidence)
    others = [Guess(guess.label, guess.confidence * (1 - claim.confidence)) for guess in recognition.top]
    top = sorted([claim, *others], key=lambda guess: -guess.confidence)[:TOP]
    if top[0] is not claim:
        return replace(recognition, top=tuple(top))
    known = calibration.probabilities(outputs.logits)[0] * (1 - claim.confidence)
    together = np.append(known, np.float32(claim.confidence))[np.newaxis]
    return Recognition(tuple(top), bool(calibration.recognizes(together)[0]), just_learnt=True)
