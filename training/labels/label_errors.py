"""Finds drawings of Quick, Draw! whose label is probably wrong, by what the network in service says.

It scores them as the site does, through the Classifier and calibrated. Confident learning wants probabilities of a
network that has not learnt from the drawing. That is so for validation and test drawings. Training drawings it has
learnt from, and with their wrong labels, though never twice alike: training turns, bends and redraws them. Of these
only a third as many are suspected (docs/benchmarks.md): some wrong labels it has come to believe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split, split_at
from recognition.inference.classifier import Classifier
from recognition.models import ModelVersion
from training.data import quickdraw_data
from training.data.drawing_index import Drawings
from training.data.quickdraw_data import Hashes
from training.labels.confident_learning import Beliefs, Suspicions, suspicions, thresholds
from training.models import Suspect
from training.quickdraw.folder import QuickDrawFolder

MOST = 2_000  # suspects listed, as many as somebody may look at
CHUNK = 1_000  # drawings scored at once, in a fraction of a second

Watch = Callable[[int], None]  # told how many more drawings are done


@dataclass(frozen=True)
class ClassBeliefs:
    """What the network believes of a class's drawings. Takes about 50 bytes of memory a drawing."""

    drawings: Drawings
    hashes: Hashes
    beliefs: Beliefs


@dataclass(frozen=True)
class Searched:
    """What a search found: how much there is, by split, what is taken for what, and the worst, the worst first."""

    drawings: Counter[Split]
    suspected: Counter[Split]
    kinds: Counter[tuple[str, str]]  # label, and what it seems to be
    worst: Sequence[Suspect]


def search(version: ModelVersion, folder: QuickDrawFolder, rows: int, watch: Watch) -> Searched:
    """Look through all that the version knows, at most `rows` drawings of each class, and store nothing.

    Raises InvalidArtifact, CorruptFile.
    """
    classifier = version.load()
    classes = [_score(classifier, folder, label, rows, watch) for label in range(len(classifier.labels))]
    needed = thresholds([one.beliefs for one in classes])
    found = [suspicions(one.beliefs, label, needed) for label, one in enumerate(classes)]
    worst = sorted(_candidates(found), reverse=True)[:MOST]
    return Searched(
        drawings=_by_split(one.hashes for one in classes),
        suspected=_by_split(one.hashes[which.rows] for one, which in zip(classes, found, strict=True)),
        kinds=Counter(
            (label, classifier.labels[other])
            for label, which in zip(classifier.labels, found, strict=True)
            for other in which.suggested
        ),
        worst=[_suspect(version, classes[label], label, found[label], place) for _, label, place in worst],
    )


def count(version: ModelVersion, folder: QuickDrawFolder, rows: int) -> int:
    """Return about how many drawings a search looks through, from the files' heads alone. Raises CorruptFile."""
    return sum(min(rows, quickdraw_data.count_drawings(folder, name)) for name in version.labels)


def _score(classifier: Classifier, folder: QuickDrawFolder, label: int, rows: int, watch: Watch) -> ClassBeliefs:
    drawings, hashes = quickdraw_data.distinct_drawings(folder, classifier.labels[label], rows)
    nothing = Beliefs.of(np.empty((0, len(classifier.labels)), np.float32), label)
    return ClassBeliefs(drawings, hashes, Beliefs.joined([nothing, *_believed(classifier, drawings, label, watch)]))


def _believed(classifier: Classifier, drawings: Drawings, label: int, watch: Watch) -> Iterator[Beliefs]:
    for pixels, _ in drawings.batches(CHUNK):
        yield Beliefs.of(classifier.probabilities(pixels.reshape(-1, SIZE, SIZE)), label)
        watch(len(pixels))


def _candidates(found: Sequence[Suspicions]) -> Iterator[tuple[float, int, int]]:
    """Yield doubt, label and place among its suspicions."""
    for label, which in enumerate(found):
        yield from ((float(doubt), label, place) for place, doubt in enumerate(which.doubt))


def _by_split(hashes: Iterator[Hashes]) -> Counter[Split]:
    return Counter(split_at(one) for some in hashes for one in some)


def _suspect(version: ModelVersion, one: ClassBeliefs, label: int, which: Suspicions, place: int) -> Suspect:
    row, position = which.rows[place], float(one.hashes[which.rows[place]])
    return Suspect(
        label=version.labels[label],
        position=position,
        split=split_at(position),
        bitmap=one.drawings.pixels(np.array([row])).tobytes(),
        suggested=version.labels[which.suggested[place]],
        label_confidence=float(which.own[place]),
        suggested_confidence=float(which.other[place]),
        doubt=float(which.doubt[place]),
        version=version.number,
    )
