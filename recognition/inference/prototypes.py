"""Few-shot recognition of classes that the network does not know, from the first confirmed drawings.

A nearest-class-mean head: cosine similarity to a prototype in the network's whitened feature space (Snell et al. 2017,
Prototypical Networks; Mensink et al. 2013, Distance-Based Image Classification). It is used until the next version has
learnt the class. `bench/just_learnt.py` measures its accuracy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from recognition.inference.feature_space import FeatureSpace, Floats, log_odds
from recognition.inference.results import TOP_GUESSES, Calibration, Guess, Outputs, Recognition

MIN_DRAWINGS = 10  # confirmed ones, to learn a class
MAX_DRAWINGS = 100  # the newest ones are used
FALSE_POSITIVE_RATE = 0.0065  # share of the known drawings that all new classes together may claim


@dataclass(frozen=True)
class NewClass:
    """A class learnt from a few drawings.

    prototype: (d,), the mean of its drawings' unit vectors.
    mean, std: of the similarity of known drawings to the prototype.
    threshold: a drawing with more evidence is answered as this class.
    confidence: the share of these answers that is right, if the class is drawn as often as each known one.
    """

    label: str
    prototype: Floats
    mean: float
    std: float
    threshold: float
    confidence: float

    def evidence(self, directions: Floats, odds: Floats) -> Floats:
        """Return the evidence for this class, (n,): similarity as a z-score, less the network's own log odds."""
        return self._evidence(directions @ self.prototype, odds)

    def leave_one_out_evidence(self, own: Floats, odds: Floats) -> Floats:
        """Return the evidence of the class's own drawings (n, d), each with a prototype of the others."""
        others = (own.sum(axis=0) - own) / max(1, len(own) - 1)
        return self._evidence((own * others).sum(axis=1), odds)

    def _evidence(self, similarity: Floats, odds: Floats) -> Floats:
        evidence: Floats = (similarity - self.mean) / self.std - odds
        return evidence


def learn_class(label: str, embeddings: Floats, confidences: Floats, space: FeatureSpace, classes: int) -> NewClass:
    """Learn a new class from its drawings: embeddings (n, d), and the network's confidence in its own answers, (n,).

    Even if these drawings are mislabelled, the threshold keeps the false positive rate among known drawings.
    classes: the number of classes that the network knows.
    """
    own, odds = space.directions(embeddings), log_odds(confidences)
    prototype = own.mean(axis=0)
    similarity = space.known @ prototype
    new = NewClass(label, prototype, float(similarity.mean()), float(similarity.std()), threshold=0.0, confidence=0.0)
    threshold = float(np.quantile(new.evidence(space.known, space.log_odds), 1 - FALSE_POSITIVE_RATE))
    recall = float((new.leave_one_out_evidence(own, odds) > threshold).mean())
    return replace(new, threshold=threshold, confidence=recall / (recall + classes * FALSE_POSITIVE_RATE))


def with_joint_threshold(new: Sequence[NewClass], space: FeatureSpace) -> tuple[NewClass, ...]:
    """Raise the thresholds so that all new classes together keep the false positive rate, not each one.

    All rise by the same evidence: the quantile of the largest margin over the new classes, for each known drawing.
    """
    if len(new) < 2:
        return tuple(new)
    margins = [one.evidence(space.known, space.log_odds) - one.threshold for one in new]  # each (known drawings,)
    rise = max(0.0, float(np.quantile(np.max(margins, axis=0), 1 - FALSE_POSITIVE_RATE)))
    return tuple(replace(one, threshold=one.threshold + rise) for one in new)


def apply_new_classes(
    recognition: Recognition,
    outputs: Outputs,
    new: Sequence[NewClass],
    space: FeatureSpace,
    calibration: Calibration,
) -> Recognition:
    """Answer with the new class that has the most evidence, if any exceeds its threshold.

    outputs: of one drawing. calibration: of the network; the new answer must reach its threshold of certainty, too.
    """
    directions, odds = space.directions(outputs.embeddings), log_odds(recognition.confidence)
    margins = [
        (float(new_class.evidence(directions, odds)[0]) - new_class.threshold, index)
        for index, new_class in enumerate(new)
    ]
    margin, index = max(margins, default=(0.0, -1))
    if margin <= 0:
        return recognition
    claim = Guess(label=new[index].label, confidence=new[index].confidence)
    rest = 1 - claim["confidence"]
    others = [Guess(label=guess["label"], confidence=guess["confidence"] * rest) for guess in recognition.top]
    top = sorted([claim, *others], key=lambda guess: -guess["confidence"])[:TOP_GUESSES]
    if top[0] is not claim:
        return replace(recognition, top=tuple(top))
    known = calibration.probabilities(outputs.logits)[0] * rest
    together = np.append(known, np.float32(claim["confidence"]))[np.newaxis]
    return Recognition(tuple(top), bool(calibration.recognizes(together)[0]), just_learnt=True)
