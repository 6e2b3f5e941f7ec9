"""A model version loaded into a web process: its classifier, and prototypes of classes that it does not know yet."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from recognition.imaging.bitmap import Bitmap, is_blank_or_dot
from recognition.inference.classifier import Classifier
from recognition.inference.feature_space import FeatureSpace
from recognition.inference.prototypes import NewClass, apply_new_classes
from recognition.inference.results import Recognition
from recognition.models import ModelVersion
from recognition.serving.new_classes import State, learn_new_classes, new_class_state

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadedModel:
    """A version that serves. Immutable: refreshing its prototypes returns another one."""

    version: ModelVersion  # without its artifact
    classifier: Classifier
    features: FeatureSpace | None = None
    new_classes: tuple[NewClass, ...] = ()
    state: State = ()  # of the new classes when their prototypes were computed

    def recognize(self, bitmap: Bitmap) -> Recognition:
        """Recognize a bitmap uint8 (28, 28), as a known class, as a just-learnt one, or as "I don't know"."""
        outputs = self.classifier.run(bitmap)
        recognition = self.classifier.interpret(outputs.logits, bitmap)
        if self.features is None or not self.new_classes or is_blank_or_dot(bitmap):
            return recognition
        return apply_new_classes(recognition, outputs, self.new_classes, self.features, self.classifier.calibration)

    @classmethod
    def load(cls, version: ModelVersion) -> LoadedModel:
        """Load and self-test a version. Raises InvalidArtifact, InvalidFeatures."""
        return cls(version, version.load(), version.load_features())

    def with_refreshed_prototypes(self) -> LoadedModel:
        """Return a model with prototypes of the newest accepted drawings; itself when nothing has changed."""
        if self.features is None:
            return self
        state = new_class_state(self.version.labels)
        if state == self.state:
            return self
        try:
            new_classes = learn_new_classes(self.classifier, self.features, state)
        except (ValueError, RuntimeError):  # such as a damaged bitmap: the known classes are still served
            logger.exception("Cannot learn new classes.")
            return replace(self, state=state)
        return replace(self, new_classes=new_classes, state=state)
