"""The network in service, in this process: reloaded by itself when another version is promoted anywhere."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError

from recognition.classifier import Classifier
from recognition.models import ModelVersion

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.5  # seconds; a promotion is served within one second in every process


class NoModelInService(Exception):
    """No version was ever promoted, or the one that was cannot run."""


@dataclass(frozen=True)
class Champion:
    version: ModelVersion  # without its artifact
    classifier: Classifier


class ChampionKeeper:
    """Holds the champion of this process and looks now and then whether another version was promoted."""

    def __init__(self) -> None:
        self._champion: Champion | None = None
        self._newest: tuple[int, datetime | None] | None = (
            None  # the promotion seen last, whether or not it could be served
        )
        self._looked_at = float("-inf")
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
                self._newest = newest
        except DatabaseError:
            if self._champion is None:
                raise
            logger.exception("Cannot look for a newer version; %s goes on serving.", self._champion.version)

    def _first_that_runs(self) -> Champion | None:
        for version in ModelVersion.objects.promoted():
            if self._champion and self._champion.version == version:
                return self._champion
            try:
                champion = Champion(version, version.load())
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
