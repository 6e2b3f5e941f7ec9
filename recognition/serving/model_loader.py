"""The networks in service, in this process: reloaded by themselves when anywhere another version is promoted or tried.

That is the champion, and during a trial a candidate beside it.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError

from recognition.models import ModelVersion, Trial
from recognition.serving.background import BackgroundTask
from recognition.serving.loaded_model import Network

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.5  # seconds; a promotion is served within one second in every process
PATIENCE = 0.3  # seconds that somebody who asks waits for a look at the database, where it is done aside
REST = 2.0  # times as long as a look took that failed, until the next one: looking may not hold many up
LEARN_EVERY = 5.0  # seconds between looks for new classes


class NoModelInService(Exception):
    """No version was ever promoted, or the one that was cannot run."""


@dataclass(frozen=True)
class Candidate:
    """The network on trial."""

    trial: Trial
    network: Network


@dataclass(frozen=True)
class ServingModels:
    champion: Network
    candidate: Candidate | None = None

    def with_refreshed_prototypes(self) -> ServingModels:
        """Return the same with the new classes as they are drawn by now."""
        candidate = self.candidate and Candidate(
            self.candidate.trial, self.candidate.network.with_refreshed_prototypes()
        )
        return ServingModels(self.champion.with_refreshed_prototypes(), candidate)


class ModelLoader:
    """Holds the networks of this process and looks now and then whether others are promoted or on trial."""

    def __init__(self, aside: BackgroundTask | None = None) -> None:
        """aside: where looks are done; without it whoever asks looks."""
        self._aside = aside
        self._in_service: ServingModels | None = None  # changed as a whole: a candidate belongs to its champion
        self._failures: dict[int, str] = {}  # why a trial's candidate failed in this process, which asks it no more
        self._newest: tuple[int, datetime | None] | None = (
            None  # the promotion seen last, whether or not it could be served
        )
        self._due_at = self._learnt_at = float("-inf")
        self._lock = threading.Lock()

    def get(self) -> ServingModels:
        """Return the networks in service. Raises NoModelInService."""
        if self._is_due():
            if self._aside and self._in_service:
                self._aside.do(self._look_if_due, PATIENCE)
            else:
                self._look_if_due()
        in_service = self._in_service
        if in_service is None:
            raise NoModelInService
        return in_service

    def give_up(self, candidate: Candidate, why: str) -> None:
        """End the trial of a candidate that has failed; this process asks it no more."""
        self._failures[candidate.trial.pk] = why
        with self._lock:
            now = self._in_service
            if now and now.candidate and now.candidate.trial == candidate.trial:
                self._in_service = ServingModels(now.champion)
        try:
            candidate.trial.end(why)
        except DatabaseError:
            logger.exception("Cannot end the %s now; the next look tries again.", candidate.trial)

    def _look_if_due(self) -> None:
        # One thread looks while the others go on with what they have; only the first champion is waited for.
        if self._lock.acquire(blocking=self._in_service is None):
            try:
                if self._is_due():  # no other thread looked while this one waited
                    self._look()
            finally:
                self._lock.release()

    def _is_due(self) -> bool:
        return time.monotonic() >= self._due_at

    def _look(self) -> None:
        started, rest = time.monotonic(), 0.0
        try:
            self._follow_promotions()
            self._follow_trials()
            if self._in_service and time.monotonic() - self._learnt_at >= LEARN_EVERY:
                self._learnt_at = time.monotonic()
                self._in_service = self._in_service.with_refreshed_prototypes()
        except DatabaseError:
            if self._in_service is None:
                raise
            rest = REST * (time.monotonic() - started)  # where packets are lost it takes seconds to fail
            serving = self._in_service.champion.version
            logger.exception("Cannot look for a newer version; %s goes on serving.", serving)
        self._due_at = time.monotonic() + max(LOOK_EVERY, rest)

    def _follow_promotions(self) -> None:
        version = ModelVersion.objects.current()
        newest = (version.pk, version.promoted_at) if version else None
        if newest != self._newest:
            champion = _first_that_runs(self._in_service.champion if self._in_service else None)
            self._in_service = ServingModels(champion) if champion else None
            self._newest, self._learnt_at = newest, float("-inf")

    def _follow_trials(self) -> None:
        if self._in_service is None:
            return
        before = self._in_service.candidate
        candidate = self._candidate(self._in_service.champion, before)
        if candidate is not before:
            self._in_service, self._learnt_at = ServingModels(self._in_service.champion, candidate), float("-inf")

    def _candidate(self, champion: Network, before: Candidate | None) -> Candidate | None:
        """Return the network on trial now; None when it cannot run, or is tried against another champion."""
        trial = Trial.objects.running()
        if trial is None or trial.version is None or trial.champion_id != champion.version.pk:
            return None
        if before and before.trial == trial:
            return before
        if why := self._failures.get(trial.pk):
            trial.end(why)
            return None
        try:
            candidate = Candidate(trial, Network.load(trial.version))
        except DatabaseError:
            raise
        except Exception as error:  # whatever is wrong with it, the champion serves
            logger.exception("Cannot try %s.", trial.version)
            self._failures[trial.pk] = f"It cannot run: {error}"
            trial.end(self._failures[trial.pk])
            return None
        logger.info("Now trying %s, %s.", trial.version, trial.get_mode_display())
        return candidate


def _first_that_runs(serving: Network | None) -> Network | None:
    for version in ModelVersion.objects.promoted():
        if serving and serving.version == version:
            return serving
        try:
            network = Network.load(version)
        except DatabaseError:
            raise
        except Exception:  # whatever is wrong with this version, the one before it serves
            logger.exception("Cannot serve %s; the version promoted before it goes on.", version)
        else:
            logger.info("Now serving %s.", version)
            return network
    return None


_keeper = ModelLoader()


def look_aside() -> None:
    """Have this process look for other networks aside: a database that does not answer holds up no recognition."""
    global _keeper
    _keeper = ModelLoader(BackgroundTask())


def champion() -> Network:
    """Return the network in service, in this process. Raises NoModelInService."""
    return _keeper.get().champion


def in_service() -> ServingModels:
    """Return the champion and the candidate beside it, in this process. Raises NoModelInService."""
    return _keeper.get()


def give_up(candidate: Candidate, why: str) -> None:
    """End the trial of a candidate that has failed."""
    _keeper.give_up(candidate, why)
