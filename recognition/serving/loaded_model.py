"""A version as a web process serves it: its network, and what was just learnt of classes that it does not know yet."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from recognition.imaging.bitmap import Bitmap, is_blank_or_dot
from recognition.inference.classifier import Classifier
from recognition.inference.feature_space import FeatureSpace
from recognition.inference.prototypes import NewClass, apply_new_classes
from recognition.inference.results import Recognition
from recognition.models import ModelVersion
from recognition.serving.new_classes import State, learn_newcomers, state_of_newcomers

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Network:
    version: ModelVersion  # without its artifact
    classifier: Classifier
    features: FeatureSpace | None = None
    newcomers: tuple[NewClass, ...] = ()
    state: State = ()  # of the new classes, when they were learnt

    def recognize(self, bitmap: Bitmap) -> Recognition:
        """Say what a drawing (28, 28) is, be it of a class that was just learnt, or that nobody could know."""
        outputs = self.classifier.run(bitmap)
        recognition = self.classifier.interpret(outputs.logits, bitmap)
        if self.features is None or not self.newcomers or is_blank_or_dot(bitmap):
            return recognition
        return apply_new_classes(recognition, outputs, self.newcomers, self.features, self.classifier.calibration)

    @classmethod
    def load(cls, version: ModelVersion) -> Network:
        """Load a version and try it out. Raises whatever is wrong with it."""
        return cls(version, version.load(), version.load_features())

    def with_refreshed_prototypes(self) -> Network:
        """Return the network with the new classes as they are drawn by now; itself when nothing has changed."""
        if self.features is None:
            return self
        state = state_of_newcomers(self.version.labels)
        if state == self.state:
            return self
        try:
            newcomers = learn_newcomers(self.classifier, self.features, state)
        except (ValueError, RuntimeError):  # such as a damaged bitmap: the classes it knows are served all the same
            logger.exception("Cannot learn new classes.")
            return replace(self, state=state)
        return replace(self, newcomers=newcomers, state=state)
