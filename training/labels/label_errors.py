"""Searches Quick, Draw! for label errors by confident learning with the version in service.

The version predicts as on the site: through the Classifier, calibrated. Confident learning needs a network that was not
trained on the drawings, which holds for the validation and test splits only. The network was trained on the training
drawings, wrong labels included, although augmentation never showed it the same image twice. There the search finds
a third as many suspects, because the network has learnt some of the wrong labels (docs/benchmarks.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split, split_at
from recognition.inference.classifier import Classifier
from recognition.models import ModelVersion
from training.data import quickdraw_data
from training.data.drawing_index import Drawings
from training.data.quickdraw_data import Hashes
from training.labels.confident_learning import (
    LabelIssues,
    LabelProbabilities,
    class_thresholds,
    find_label_issues,
)
from training.models import Suspect
from training.quickdraw.folder import QuickDrawFolder

MAX_SUSPECTS = 2_000  # as many as reviewers may have time for
BATCH_DRAWINGS = 1_000  # predicted in a fraction of a second

CountCallback = Callable[[int], None]  # called with the number of drawings just finished


@dataclass(frozen=True)
class ScoredClass:
    """The drawings of one class with their probabilities. Takes about 50 bytes of memory a drawing."""

    drawings: Drawings
    hashes: Hashes
    probabilities: LabelProbabilities


@dataclass(frozen=True)
class SearchResult:
    """The result of a search."""

    drawings: Counter[Split]  # searched
    suspected: Counter[Split]
    confusions: Counter[tuple[str, str]]  # suspects by label and suggested class
    worst: Sequence[Suspect]  # unsaved, by descending margin


def search_label_errors(
    version: ModelVersion, folder: QuickDrawFolder, rows: int, watch: CountCallback
) -> SearchResult:
    """Search at most `rows` drawings of each class that the version knows. Stores nothing.

    Raises InvalidArtifact, CorruptFile.
    """
    classifier = version.load()
    classes = [_score_class(classifier, folder, label, rows, watch) for label in range(len(classifier.labels))]
    # The thresholds need the probabilities of all classes, so that this is a second pass.
    thresholds = class_thresholds([scored.probabilities for scored in classes])
    issues = [find_label_issues(scored.probabilities, label, thresholds) for label, scored in enumerate(classes)]
    worst = sorted(_ranking(issues), reverse=True)[:MAX_SUSPECTS]
    return SearchResult(
        drawings=_count_by_split(scored.hashes for scored in classes),
        suspected=_count_by_split(
            scored.hashes[class_issues.rows] for scored, class_issues in zip(classes, issues, strict=True)
        ),
        confusions=Counter(
            (label, classifier.labels[suggested])
            for label, class_issues in zip(classifier.labels, issues, strict=True)
            for suggested in class_issues.suggested
        ),
        worst=[_suspect(version, classes[label], label, issues[label], position) for _, label, position in worst],
    )


def estimate_drawing_count(version: ModelVersion, folder: QuickDrawFolder, rows: int) -> int:
    """Return roughly how many drawings a search covers, from the files' headers alone. Raises CorruptFile."""
    return sum(min(rows, quickdraw_data.count_drawings(folder, name)) for name in version.labels)


def _score_class(
    classifier: Classifier, folder: QuickDrawFolder, label: int, rows: int, watch: CountCallback
) -> ScoredClass:
    drawings, hashes = quickdraw_data.distinct_drawings(folder, classifier.labels[label], rows)
    # A class may have no drawings; the empty part gives the arrays their shape.
    empty = LabelProbabilities.from_probabilities(np.empty((0, len(classifier.labels)), np.float32), label)
    parts = [empty, *_predict(classifier, drawings, label, watch)]
    return ScoredClass(drawings, hashes, LabelProbabilities.concatenate(parts))


def _predict(
    classifier: Classifier, drawings: Drawings, label: int, watch: CountCallback
) -> Iterator[LabelProbabilities]:
    for pixels, _ in drawings.batches(BATCH_DRAWINGS):
        probabilities = classifier.probabilities(pixels.reshape(-1, SIZE, SIZE))  # (n, classes)
        yield LabelProbabilities.from_probabilities(probabilities, label)
        watch(len(pixels))


def _ranking(issues: Sequence[LabelIssues]) -> Iterator[tuple[float, int, int]]:
    """Yield the margin of each issue, its label, and its position among the issues of that label."""
    for label, class_issues in enumerate(issues):
        yield from ((float(margin), label, position) for position, margin in enumerate(class_issues.margin))


def _count_by_split(hashes: Iterable[Hashes]) -> Counter[Split]:
    return Counter(split_at(position) for class_hashes in hashes for position in class_hashes)


def _suspect(version: ModelVersion, scored: ScoredClass, label: int, issues: LabelIssues, position: int) -> Suspect:
    row = issues.rows[position]
    drawing_hash = float(scored.hashes[row])
    return Suspect(
        label=version.labels[label],
        position=drawing_hash,
        split=split_at(drawing_hash),
        bitmap=scored.drawings.pixels(np.array([row])).tobytes(),
        suggested=version.labels[issues.suggested[position]],
        label_confidence=float(issues.self_confidence[position]),
        suggested_confidence=float(issues.suggested_probability[position]),
        doubt=float(issues.margin[position]),
        version=version.number,
    )
