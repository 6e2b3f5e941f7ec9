"""Loads the models in service: the champion and, during an A/B test, the candidate.

Each process polls the database and reloads them after a promotion, or when an A/B test starts or ends.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import DatabaseError

from recognition.models import ModelVersion, Trial
from recognition.serving.background import BackgroundTask
from recognition.serving.loaded_model import LoadedModel

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5  # between polls of the database; every process serves a promotion within one second
POLL_TIMEOUT_SECONDS = 0.3  # that a request waits for a poll in the background
BACKOFF_FACTOR = 2.0  # the pause after a failed poll, in times its duration; so polls delay few requests
REFRESH_SECONDS = 5.0  # between refreshes of the prototypes of new classes
FORMER_MODELS = 2  # champions kept loaded after they were replaced, to confirm what they guessed in the game


class NoModelInService(Exception):
    """No version was ever promoted, or no promoted version can run."""


@dataclass(frozen=True)
class Candidate:
    """The model under test in an A/B test."""

    trial: Trial
    network: LoadedModel


@dataclass(frozen=True)
class ServingModels:
    """The champion and, during an A/B test, its candidate."""

    champion: LoadedModel
    candidate: Candidate | None = None
    former: tuple[LoadedModel, ...] = ()  # champions that this process served before, the newest first

    def replaced_by(self, champion: LoadedModel) -> ServingModels:
        """Return the next champion without a candidate; it remembers up to FORMER_MODELS before it."""
        before = (model for model in (self.champion, *self.former) if model.version != champion.version)
        return ServingModels(champion, former=tuple(before)[:FORMER_MODELS])

    def with_refreshed_prototypes(self) -> ServingModels:
        """Return the same models with prototypes from the newest drawings."""
        candidate = self.candidate and Candidate(
            self.candidate.trial, self.candidate.network.with_refreshed_prototypes()
        )
        return replace(self, champion=self.champion.with_refreshed_prototypes(), candidate=candidate)


class ModelLoader:
    """Holds the models of this process and polls the database for promotions and A/B tests."""

    def __init__(self, background: BackgroundTask | None = None) -> None:
        """background: runs the polls; without it the calling thread does."""
        self._background = background
        self._models: ServingModels | None = None  # replaced as a whole, as a candidate belongs to its champion
        self._failures: dict[int, str] = {}  # by trial: why its candidate failed here and is not loaded again
        # The latest promotion (version, time), whether or not the version could be loaded.
        self._last_promotion: tuple[int, datetime | None] | None = None
        self._due_at = self._refreshed_at = float("-inf")
        self._lock = threading.Lock()

    def get(self) -> ServingModels:
        """Return the models in service. Raises NoModelInService."""
        if self._is_due():
            if self._background and self._models:
                self._background.run(self._poll_if_due, POLL_TIMEOUT_SECONDS)
            else:
                self._poll_if_due()
        models = self._models
        if models is None:
            raise NoModelInService
        return models

    def give_up(self, candidate: Candidate, why: str) -> None:
        """End the A/B test of a candidate that failed, and do not load it again in this process."""
        self._failures[candidate.trial.pk] = why
        with self._lock:
            models = self._models
            if models and models.candidate and models.candidate.trial == candidate.trial:
                self._models = replace(models, candidate=None)
        try:
            candidate.trial.end(why)
        except DatabaseError:
            logger.exception("Cannot end the %s now; the next look tries again.", candidate.trial)

    def _poll_if_due(self) -> None:
        # One thread polls while the others use the loaded models; they wait only for the first champion.
        if self._lock.acquire(blocking=self._models is None):
            try:
                if self._is_due():  # no other thread polled while this one waited
                    self._poll()
            finally:
                self._lock.release()

    def _is_due(self) -> bool:
        return time.monotonic() >= self._due_at

    def _poll(self) -> None:
        started, pause = time.monotonic(), POLL_SECONDS
        try:
            self._load_champion()
            self._load_candidate()
            self._refresh_prototypes()
        except DatabaseError:
            if self._models is None:
                raise
            # With lost packets a query takes seconds to fail.
            pause = max(pause, BACKOFF_FACTOR * (time.monotonic() - started))
            logger.exception("Cannot look for a newer version; %s goes on serving.", self._models.champion.version)
        self._due_at = time.monotonic() + pause

    def _load_champion(self) -> None:
        version = ModelVersion.objects.current()
        promotion = (version.pk, version.promoted_at) if version else None
        if promotion != self._last_promotion:
            champion = _newest_that_loads(self._models.champion if self._models else None)
            if champion and self._models:
                self._models = self._models.replaced_by(champion)
            else:
                self._models = ServingModels(champion) if champion else None
            self._last_promotion, self._refreshed_at = promotion, float("-inf")

    def _load_candidate(self) -> None:
        if self._models is None:
            return
        current = self._models.candidate
        candidate = self._candidate(self._models.champion, current)
        if candidate is not current:
            self._models, self._refreshed_at = replace(self._models, candidate=candidate), float("-inf")

    def _refresh_prototypes(self) -> None:
        if self._models and time.monotonic() - self._refreshed_at >= REFRESH_SECONDS:
            self._refreshed_at = time.monotonic()
            self._models = self._models.with_refreshed_prototypes()

    def _candidate(self, champion: LoadedModel, current: Candidate | None) -> Candidate | None:
        """Return the candidate of the running A/B test; None if it cannot run or is tested against another champion."""
        trial = Trial.objects.running()
        if trial is None or trial.version is None or trial.champion_id != champion.version.pk:
            return None
        if current and current.trial == trial:
            return current
        if why := self._failures.get(trial.pk):
            trial.end(why)
            return None
        try:
            candidate = Candidate(trial, LoadedModel.load(trial.version))
        except DatabaseError:
            raise
        except Exception as error:  # a broken candidate must never stop the champion
            logger.exception("Cannot try %s.", trial.version)
            self._failures[trial.pk] = f"It cannot run: {error}"
            trial.end(self._failures[trial.pk])
            return None
        logger.info("Now trying %s, %s.", trial.version, trial.get_mode_display())
        return candidate


def _newest_that_loads(serving: LoadedModel | None) -> LoadedModel | None:
    """Return the latest promoted version that can be loaded; `serving` is returned as it is instead of loaded again."""
    for version in ModelVersion.objects.promoted():
        if serving and serving.version == version:
            return serving
        try:
            network = LoadedModel.load(version)
        except DatabaseError:
            raise
        except Exception:  # a broken version must not stop the one before it
            logger.exception("Cannot serve %s; the version promoted before it goes on.", version)
        else:
            logger.info("Now serving %s.", version)
            return network
    return None


_loader = ModelLoader()


def poll_in_background() -> None:
    """Make this process poll in a background thread, so that a slow database delays no recognition."""
    global _loader
    _loader = ModelLoader(BackgroundTask())


def champion() -> LoadedModel:
    """Return the champion of this process. Raises NoModelInService."""
    return _loader.get().champion


def in_service() -> ServingModels:
    """Return the models of this process. Raises NoModelInService."""
    return _loader.get()


def give_up(candidate: Candidate, why: str) -> None:
    """End the A/B test of a candidate that failed."""
    _loader.give_up(candidate, why)
