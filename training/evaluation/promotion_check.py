"""Compares a new version with the champion and the anchor on the same test drawings, for the gate's verdict."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from recognition.inference.prototypes import MAX_DRAWINGS, MIN_DRAWINGS, with_joint_threshold
from recognition.inference.results import InvalidArtifact
from recognition.models import DoodleClass, ModelVersion
from recognition.serving.loaded_model import LoadedModel
from recognition.serving.new_classes import learn_prototype
from training.augmentation.scribbles import scribbles
from training.data.dataset import Dataset
from training.data.drawing_index import Drawings
from training.data.user_drawings import CollectedDrawing
from training.evaluation import gate
from training.evaluation.metrics import Predictions, predict_drawings
from training.evaluation.ood import ood_metrics
from training.evaluation.paired import Bools, Paired
from training.evaluation.reliability import reliability
from training.evaluation.robustness import accuracy_on, half_drawn
from training.evaluation.stored_answers import answers_of
from training.evaluation.traffic import traffic_utility
from training.models import TrainingRun
from training.quickdraw.folder import QuickDrawFolder

logger = logging.getLogger(__name__)

SCRIBBLE_COUNT = 1_000
MAX_REAL_DRAWINGS = 2_000  # that the scribbles are told from


def check_promotion(
    version: ModelVersion, champion: ModelVersion | None, dataset: Dataset, folder: QuickDrawFolder
) -> dict[str, Any]:
    """Return the gate's verdict; without a champion that loads, the version itself only has to work.

    folder: its strokes become unfinished drawings.
    """
    try:
        candidate = version.load()
    except InvalidArtifact as error:
        return gate.verdict([gate.broken_artifact(error)])
    checks = gate.check_artifact(candidate, len(version.artifact))
    reference = load_or_none(champion)
    if reference is None:
        return gate.verdict(checks)
    return _Comparison(version, candidate, reference, dataset).verdict(checks, folder)


@dataclass(frozen=True)
class _Comparison:
    """The candidate and the champion, with the data set whose test split decides."""

    version: ModelVersion
    candidate: Classifier
    champion: LoadedModel
    dataset: Dataset

    def verdict(self, checks: Sequence[gate.Check], folder: QuickDrawFolder) -> dict[str, Any]:
        champion = self.champion.classifier
        active = list(DoodleClass.objects.active().values_list("name", flat=True))
        candidate_base = self._answers(self.version, self.candidate)
        champion_base = self._answers(self.champion.version, champion)
        known = self._known_to(champion)
        base = self._paired(candidate_base, champion_base, known)
        new = self._new_classes(known)
        collected = self._collected_checks(champion)
        every_check = [
            *checks,
            gate.check_vocabulary(self.candidate.labels, champion.labels, active),
            *gate.check_base(base),
            gate.check_classes(base, self.dataset.labels),
            *self._anchor_checks(candidate_base),
            gate.check_new_classes(new),
            *collected,
            *self._honesty_checks(candidate_base, champion_base, known, folder),
        ]
        learnt = sorted(set(self.candidate.labels) - set(champion.labels))
        gains = [f"the new class{'es' if len(learnt) > 1 else ''} {', '.join(learnt)}"] if learnt else []
        gains += [check.gain for check in collected if check.gain]
        return gate.verdict(
            every_check,
            gains,
            utility=traffic_utility(base.joined(new), self.dataset.labels),
            test_digest=self.dataset.test_digest,
            max_uses=gate.MAX_USES,
            uses=TrainingRun.objects.filter(verdict__test_digest=self.dataset.test_digest).count() + 1,
        )

    def _answers(self, version: ModelVersion, classifier: Classifier) -> Predictions:
        return answers_of(version, classifier, self.dataset)

    def _known_to(self, reference: Classifier) -> Bools:
        """Tell which classes both the candidate and another version know: (labels,).

        The candidate answers with all of its classes, and a class that only it knows has a check of its own. Otherwise
        its drawings would count as misses of the champion and hide what the candidate has lost.
        """
        return np.isin(self.dataset.labels, self.candidate.labels) & np.isin(self.dataset.labels, reference.labels)

    def _paired(self, candidate: Predictions, reference: Predictions, known: Bools) -> Paired:
        targets = self.dataset.base[Split.TEST].targets
        return Paired(candidate.correct, reference.correct, targets).select(known[targets])

    def _anchor_checks(self, candidate_base: Predictions) -> list[gate.Check]:
        version = ModelVersion.objects.anchor()
        if version is None:
            return []
        anchor = self.champion if version == self.champion.version else load_or_none(version)
        if anchor is None:
            return []
        base = self._paired(
            candidate_base, self._answers(version, anchor.classifier), self._known_to(anchor.classifier)
        )
        return gate.check_anchor(base, str(version))

    def _collected_checks(self, champion: Classifier) -> list[gate.Check]:
        """Compare on user drawings with an independent label, one of each person and class.

        People whose drawings were trained on are easier, so that others have a check of their own.
        """
        drawings, sources = self.dataset.collected[Split.TEST], self.dataset.collected_sources(Split.TEST)
        trained_on = {source.contributor for source in self.dataset.collected_sources(Split.TRAIN)}
        is_known = np.array([source.contributor in trained_on for source in sources], bool)
        candidate, before = (
            predict_drawings(classifier, drawings, self.dataset.labels) for classifier in (self.candidate, champion)
        )
        chosen = _first_independent(sources, drawings.targets) & self._known_to(champion)[drawings.targets]
        paired = Paired(candidate.correct, before.correct, drawings.targets)
        return [
            gate.check_collected("drawings of people who were trained on", paired.select(chosen & is_known)),
            gate.check_collected("drawings of new people", paired.select(chosen & ~is_known)),
        ]

    def _new_classes(self, known: Bools) -> Paired:
        """Return the test drawings of classes that only the candidate knows; the champion has prototypes of them."""
        new = np.isin(self.dataset.labels, self.candidate.labels) & ~known
        before = self._with_prototypes(np.flatnonzero(new))
        sides = self.dataset.base[Split.TEST], self.dataset.collected[Split.TEST]
        tested = [side.select(new[side.targets]) for side in sides]
        return Paired(
            np.concatenate([predict_drawings(self.candidate, side, self.dataset.labels).correct for side in tested]),
            np.concatenate([_named(before, side, self.dataset.labels) for side in tested]),
            np.concatenate([side.targets for side in tested]),
        )

    def _with_prototypes(self, targets: npt.NDArray[np.integer]) -> LoadedModel:
        """Return the champion with prototypes of some classes, as the site has them, but of training drawings alone."""
        features, drawings = self.champion.features, self.dataset.collected[Split.TRAIN]
        if features is None:
            return self.champion
        rows = {target: np.flatnonzero(drawings.targets == target)[-MAX_DRAWINGS:] for target in targets.tolist()}
        new = [
            learn_prototype(self.champion.classifier, features, self.dataset.labels[target], drawings.pixels(own))
            for target, own in rows.items()
            if len(own) >= MIN_DRAWINGS
        ]
        return replace(self.champion, new_classes=with_joint_threshold(new, features))

    def _honesty_checks(
        self, candidate_base: Predictions, champion_base: Predictions, known: Bools, folder: QuickDrawFolder
    ) -> list[gate.Check]:
        drawings = self.dataset.base[Split.TEST]
        common = known[drawings.targets]
        if not common.any():
            return []
        names = [label for label, is_known in zip(self.dataset.labels, known, strict=True) if is_known]
        sample = drawings.select(_some_of(common, MAX_REAL_DRAWINGS))
        noise = scribbles(SCRIBBLE_COUNT, seed=0)
        unfinished, classes = half_drawn(folder, names)

        def honesty(classifier: Classifier, predictions: Predictions) -> gate.Honesty:
            error, _ = reliability(predictions.confidence[common], predictions.correct[common])
            rejected = float(1 - predictions.recognized[common].mean())
            auroc = ood_metrics(classifier, sample, noise)["auroc"]
            half_ink = accuracy_on(classifier, unfinished, classes) if classes else None
            return gate.Honesty(error, rejected, auroc, half_ink)

        champion = self.champion.classifier
        return gate.check_honesty(honesty(self.candidate, candidate_base), honesty(champion, champion_base))


def _named(model: LoadedModel, drawings: Drawings, labels: Sequence[str]) -> Bools:
    """Tell which drawings, (n,), a model recognizes as their class."""
    named = [
        model.recognize(picture.reshape(SIZE, SIZE)).label == labels[target]
        for pixels, targets in drawings.batches()
        for picture, target in zip(pixels, targets.tolist(), strict=True)
    ]
    return np.array(named, bool)


def _first_independent(sources: Sequence[CollectedDrawing], targets: npt.NDArray[np.int32]) -> Bools:
    """Tell which user drawings, (n,), are the first of their person and class with an independent label."""
    seen: set[tuple[UUID, int]] = set()
    chosen = np.zeros(len(sources), bool)
    for row, source in enumerate(sources):
        key = (source.contributor, int(targets[row]))
        chosen[row] = source.independent and key not in seen
        if source.independent:
            seen.add(key)
    return chosen


def _some_of(mask: Bools, count: int) -> Bools:
    """Return a mask of at most `count` random positions of a mask, (n,); always the same ones."""
    chosen = np.random.default_rng(0).permutation(np.flatnonzero(mask))[:count]
    some: npt.NDArray[np.bool_] = np.zeros(len(mask), bool)
    some[chosen] = True
    return some


def load_or_none(version: ModelVersion | None) -> LoadedModel | None:
    """Load a version; None if there is none, or if it cannot run."""
    try:
        return LoadedModel.load(version) if version else None
    except InvalidArtifact:
        logger.exception("%s cannot run, so that nothing is compared with it.", version)
        return None
