"""Finds label noise in user drawings: labels that neither the champion nor similar drawings support.

1. Labels that contradict a confident champion (`contradiction`).
2. Labels without support: the champion finds the label improbable in every turn of the domain shift, and hardly any
   of the most similar drawings has it. A class that the champion lacks is improbable where it finds one of its own
   likelier than not. Drawings of the same contributor do not count, so that a flood of wrong labels by one person does
   not confirm itself. A style that only one person draws is rejected too, until staff confirm it.

Similar means close in the champion's feature space, among base and user drawings (k nearest neighbours).
Cross-validated networks, which did this before, took minutes (docs/benchmarks/learning.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import numpy as np
import numpy.typing as npt

from recognition.imaging.splits import Split
from recognition.inference.results import softmax
from training.augmentation.domain_shift import DomainShift, turned
from training.data.dataset import Dataset
from training.data.drawing_index import Drawings, Part
from training.data.user_drawings import CollectedDrawing
from training.labels.champion import Champion
from training.labels.contradiction import find_contradictions
from training.progress import no_progress

REASON_KIND = "label doubted"  # how the reasons in a manifest start
# Of 800 drawings by 800 people with 30 % wrong labels, the filter found 99 % of the wrong ones and doubted 3 % of the
# right ones; if all are turned and bold, 89 % and 12 % (bench/label_filter.py).
NEIGHBOURS = 10
MAX_RIVAL_RATIO = 4  # neighbours with one other label for each with the drawing's own; of a new class one own is enough
MAX_LABEL_PROBABILITY = 0.1
MIN_RIVAL_PROBABILITY = 0.5  # of a known class, to doubt that a drawing shows a class that the champion lacks
MIN_CLASS_DRAWINGS = (
    20  # drawings of a class by others, base drawings included; with fewer, its labels cannot be judged
)
BASE_DRAWINGS_PER_CLASS = 50  # that neighbours are looked for among
MAX_USER_NEIGHBOURS = 10_000  # likewise
BLOCK_ROWS = 256  # compared at once


def find_noisy_labels(
    dataset: Dataset, champion: Champion, shift: DomainShift, watch: Callable[[float], None] = no_progress
) -> dict[UUID, str]:
    """Return the user drawings of any split whose label is probably wrong, with the reason.

    Labels that staff confirmed are always kept. So staff can overrule this filter.
    watch: called with the finished share; may raise to stop.
    """
    confirmed = {drawing.pk for data in dataset.classes for drawing in data.collected.drawings if drawing.confirmed}
    contradictions = {
        pk: f"{REASON_KIND}: the version in service is sure that it is “{name}”"
        for pk, name in find_contradictions(dataset, champion.scores, champion.known, shift).items()
        if pk not in confirmed
    }
    watch(0.3)
    return contradictions | _unsupported_labels(dataset.without(contradictions), champion, shift, watch)


def _unsupported_labels(
    dataset: Dataset, champion: Champion, shift: DomainShift, watch: Callable[[float], None]
) -> dict[UUID, str]:
    drawings, sources = _user_drawings(dataset)
    if not sources or champion.features is None:
        return {}
    neighbours = _Neighbours(dataset, champion, drawings, sources)
    reasons = {}
    for start in range(0, len(drawings), BLOCK_ROWS):
        rows = np.arange(start, min(start + BLOCK_ROWS, len(drawings)))
        improbable = _is_improbable(champion, drawings.pixels(rows), drawings.targets[rows], shift)
        doubted = ~neighbours.support(rows) & improbable
        for row in rows[doubted].tolist():
            if not sources[row].confirmed:
                reasons[sources[row].pk] = f"{REASON_KIND}: hardly any similar drawing of others has it"
        watch(0.3 + 0.7 * (rows[-1] + 1) / len(drawings))
    return reasons


def _user_drawings(dataset: Dataset) -> tuple[Drawings, list[CollectedDrawing]]:
    """Return the user drawings of all splits, class by class, and their sources in the same order."""
    pixels = [data.collected.pixels for data in dataset.classes]
    parts = [Part(target, own, np.arange(len(own), dtype=np.int32)) for target, own in enumerate(pixels)]
    return Drawings(parts), [drawing for data in dataset.classes for drawing in data.collected.drawings]


def _is_improbable(
    champion: Champion, pixels: npt.NDArray[np.uint8], targets: npt.NDArray[np.int32], shift: DomainShift
) -> npt.NDArray[np.bool_]:
    """Tell which labels the champion finds improbable, whichever turn of the shift a drawing may be in: (n,).

    It cannot judge a class that it lacks, but it may be sure enough that the drawing shows one of its own.
    """
    by_turn = [softmax(champion.scores(turned(pixels, -quarters))) for quarters in (0, *shift.turns)]
    of_label = np.max([one[np.arange(len(targets)), targets] for one in by_turn], axis=0)  # (n,)
    of_any = by_turn[0].max(axis=1)
    is_known = np.isin(targets, champion.known)
    improbable: npt.NDArray[np.bool_] = np.where(
        is_known, of_label < MAX_LABEL_PROBABILITY, of_any > MIN_RIVAL_PROBABILITY
    )
    return improbable


class _Neighbours:
    """The user drawings with a sample of base and user drawings around them, in the champion's feature space."""

    def __init__(
        self, dataset: Dataset, champion: Champion, drawings: Drawings, sources: Sequence[CollectedDrawing]
    ) -> None:
        base = dataset.base[Split.TRAIN].first_of_each_class(BASE_DRAWINGS_PER_CLASS)
        random = np.random.default_rng(0)
        sample = np.sort(random.permutation(len(drawings))[:MAX_USER_NEIGHBOURS])
        people = {source.contributor: number for number, source in enumerate(sources)}
        self._own = _directions(champion, drawings)
        self._targets = drawings.targets
        self._is_known = np.isin(drawings.targets, champion.known)  # (n,)
        self._people = np.array([people[source.contributor] for source in sources])
        self._around = np.concatenate([_directions(champion, base), self._own[sample]])
        self._labels = np.concatenate([base.targets, drawings.targets[sample]])
        self._by = np.concatenate([np.full(len(base), -1), self._people[sample]])  # -1 for base drawings

    def support(self, rows: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
        """Tell which drawings, (rows,), have enough neighbours with their label, by others, or cannot be judged."""
        similarity = self._own[rows] @ self._around.T  # (rows, around)
        by_others = self._people[rows, np.newaxis] != self._by
        similarity[~by_others] = -2.0  # less than any cosine
        count = min(NEIGHBOURS, len(self._by))
        nearest = self._labels[np.argpartition(-similarity, count - 1, axis=1)[:, :count]]  # (rows, neighbours)
        same = nearest == self._targets[rows, np.newaxis]
        others = [labels[~own] for labels, own in zip(nearest, same, strict=True)]
        rivals = np.array([np.bincount(labels, minlength=1).max() for labels in others])  # (rows,)
        own = same.sum(axis=1)
        has_support = (own > 0) & (~self._is_known[rows] | (rivals < MAX_RIVAL_RATIO * own))
        of_class = (self._targets[rows, np.newaxis] == self._labels) & by_others
        supported: npt.NDArray[np.bool_] = has_support | (of_class.sum(axis=1) < MIN_CLASS_DRAWINGS)
        return supported


def _directions(champion: Champion, drawings: Drawings) -> npt.NDArray[np.float32]:
    parts = [champion.directions(pixels) for pixels, _ in drawings.batches()]
    empty = champion.directions(np.empty((0, 784), np.uint8))
    return np.concatenate([part for part in [empty, *parts] if part is not None])
