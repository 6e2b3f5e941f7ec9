"""The network in service, in this process: reloaded by itself when another version is promoted anywhere.

Beside it, what was just learnt of classes that it does not know yet.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import DatabaseError

from recognition.bitmap import Bitmap, is_blank_or_dot
from recognition.classifier import Classifier, Recognition
from recognition.feature_space import FeatureSpace
from recognition.just_learnt import NewClass, reconsider
from recognition.models import ModelVersion
from recognition.newcomers import State, learn_newcomers, state_of_newcomers

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.5  # seconds; a promotion is served within one second in every process
LEARN_EVERY = 5.0  # seconds between looks for new classes


class NoModelInService(Exception):
    """No version was ever promoted, or the one that was cannot run."""


@dataclass(frozen=True)
class Champion:
    version: ModelVersion  # without its artifact
    classifier: Classifier
    features: FeatureSpace | None = None
    newcomers: tuple[NewClass, ...] = ()

    def recognize(self, bitmap: Bitmap) -> Recognition:
        """Say what a drawing (28, 28) is, be it of a class that was just learnt, or that nobody could know."""
        outputs = self.classifier.run(bitmap)
        recognition = self.classifier.interpret(outputs.logits, bitmap)
        if self.features is None or not self.newcomers or is_blank_or_dot(bitmap):
            return recognition
        threshold = self.classifier.calibration.threshold
        return reconsider(recognition, outputs, self.newcomers, self.features, threshold)

    @classmethod
    def load(cls, version: ModelVersion) -> Champion:
        """Load a version and try it out. Raises whatever is wrong with it."""
        return cls(version, version.load(), version.load_features())


class ChampionKeeper:
    """Holds the champion of this process and looks now and then whether another version was promoted."""

    def __init__(self) -> None:
        self._champion: Champion | None = None
        self._newest: tuple[int, datetime | None] | None = (
            None  # the promotion seen last, whether or not it could be served
        )
        self._looked_at = self._learnt_at = float("-inf")
        self._state: State = ()  # of the new classes, when they were learnt
        self._lock = threading.Lock()

    def get(self) -> Champion:
        """Return the network in service. Raises NoModelInService."""
        # One thread looks while the others go on with what they have; only the first champion is waited for.
        if self._is_due() and self._lock.acquire(blocking=self._champion is None):
            try:
                if self._is_due():  # no other thread looked while this one waited
                    self._look()
                    self._looked_at = time.monotonic()
            finally:
                self._lock.release()
        champion = self._champion
        if champion is None:
            raise NoModelInService
        return champion

    def _is_due(self) -> bool:
        return time.monotonic() - self._looked_at >= LOOK_EVERY

    def _look(self) -> None:
        try:
            version = ModelVersion.objects.current()
            newest = (version.pk, version.promoted_at) if version else None
            if newest != self._newest:
                self._champion = self._first_that_runs()
                self._newest, self._state, self._learnt_at = newest, (), float("-inf")
            if time.monotonic() - self._learnt_at >= LEARN_EVERY:
                self._learnt_at = time.monotonic()
                self._learn()
        except DatabaseError:
            if self._champion is None:
                raise
            logger.exception("Cannot look for a newer version; %s goes on serving.", self._champion.version)

    def _learn(self) -> None:
        champion = self._champion
        if champion is None or champion.features is None:
            return
        state = state_of_newcomers(champion.version.labels)
        if state == self._state:
            return
        self._state = state
        try:
            newcomers = learn_newcomers(champion.classifier, champion.features, state)
        except (ValueError, RuntimeError):  # such as a damaged bitmap: the classes it knows are served all the same
            logger.exception("Cannot learn new classes.")
        else:
            self._champion = replace(champion, newcomers=newcomers)

    def _first_that_runs(self) -> Champion | None:
        for version in ModelVersion.objects.promoted():
            if self._champion and self._champion.version == version:
                return self._champion
            try:
                champion = Champion.load(version)
            except DatabaseError:
                raise
            except Exception:  # whatever is wrong with this version, the one before it serves
                logger.exception("Cannot serve %s; the version promoted before it goes on.", version)
            else:
                logger.info("Now serving %s.", version)
                return champion
        return None


_keeper = ChampionKeeper()


def champion() -> Champion:
    """Return the network in service, in this process. Raises NoModelInService."""
    return _keeper.get()
