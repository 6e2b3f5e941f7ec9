"""The champion's opinion of drawings, from its LiteRT artifact: a fraction of a millisecond for each, no TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from recognition.inference.feature_space import FeatureSpace
from training.augmentation.domain_shift import DomainShift, Scores, estimate_domain_shift
from training.data.dataset import Dataset
from training.data.drawing_index import Pixels

UNKNOWN_SCORE = -1e4  # of a class that the champion does not know: never the highest


@dataclass(frozen=True)
class Champion:
    """The version in service, asked about drawings whose targets index `labels`."""

    classifier: Classifier
    features: FeatureSpace | None
    labels: Sequence[str]

    @property
    def known(self) -> list[int]:
        """Return the targets that it knows."""
        return [target for target, label in enumerate(self.labels) if label in self.classifier.labels]

    def scores(self, pixels: Pixels) -> Scores:
        """Return calibrated logits of drawings, uint8 (n, 784): float32 (n, labels)."""
        logits = self.classifier.logits(pixels.reshape(-1, SIZE, SIZE)) / np.float32(
            self.classifier.calibration.temperature
        )
        scores = np.full((len(pixels), len(self.labels)), UNKNOWN_SCORE, np.float32)
        known = self.known
        scores[:, known] = logits[:, [self.classifier.labels.index(self.labels[target]) for target in known]]
        return scores

    def directions(self, pixels: Pixels) -> npt.NDArray[np.float32] | None:
        """Return unit vectors in its feature space, (n, d); None for a version that was registered without one."""
        if self.features is None:
            return None
        return self.features.directions(self.classifier.run(pixels.reshape(-1, SIZE, SIZE)).embeddings)

    def domain_shift(self, dataset: Dataset) -> DomainShift:
        """Return how the user drawings to train on differ from the base."""
        collected = dataset.collected[Split.TRAIN]
        is_known = np.isin(collected.targets, self.known)  # (n,)
        return estimate_domain_shift(collected.select(is_known), dataset.base[Split.TRAIN], self.scores)
