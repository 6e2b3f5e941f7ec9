"""The promotion gate: checks that a new version must pass to replace the champion.

Each check has a name, a result and a sentence with its figures. One failed check keeps the version out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from recognition.inference.classifier import Classifier
from recognition.inference.results import InvalidArtifact
from training.evaluation.metrics import UNKNOWN_TARGET, Predictions, median_latency

ACCURACY_MARGIN = 0.003  # the accuracy that a version may lose on base drawings
MAX_RECALL_LOSS = 0.05  # of one class
MIN_CLASS_SUPPORT = 50  # test drawings of a class; with fewer, its recall says too little
Z_95_PERCENT = 1.645  # standard deviations: a one-sided confidence of 95 %
Z_99_PERCENT = 2.326  # for single classes: at 95 %, chance alone would fail some class of a hundred every time
MAX_ARTIFACT_BYTES = 2_000_000
MAX_LATENCY_MS = 1.0  # of one drawing; our networks take 0.02 to 0.2, several times that on a loaded worker


@dataclass(frozen=True)
class Check:
    """The result of one check."""

    name: str
    passed: bool
    detail: str  # the figures, for people


Correct = npt.NDArray[np.bool_]  # (n,): one for each test drawing, in the same order for candidate and champion


def verdict(checks: Sequence[Check]) -> dict[str, Any]:
    """Return what a run stores: whether all checks passed, and each of them."""
    return {"passed": all(check.passed for check in checks), "checks": [asdict(check) for check in checks]}


def check_artifact(classifier: Classifier, size: int) -> list[Check]:
    """Check that the artifact loads, predicts, and keeps within the limits of size and latency.

    size: in bytes.
    """
    try:
        classifier.self_test()
    except InvalidArtifact as error:
        return [Check("self-test", False, str(error))]
    latency = median_latency(classifier)
    size_detail = f"{size / 1e6:.2f} MB; {MAX_ARTIFACT_BYTES / 1e6:.0f} MB are allowed."
    latency_detail = f"{latency:.2f} ms a drawing; {MAX_LATENCY_MS:.0f} ms is allowed."
    return [
        Check("self-test", True, "The artifact loads and answers a test image."),
        Check("size", size <= MAX_ARTIFACT_BYTES, size_detail),
        Check("latency", latency <= MAX_LATENCY_MS, latency_detail),
    ]


def check_vocabulary(candidate: Sequence[str], champion: Sequence[str], active: Sequence[str]) -> Check:
    """Check that the candidate knows every active class that the champion knows."""
    missing = sorted(set(champion) & set(active) - set(candidate))
    detail = f"It no longer knows {', '.join(missing)}." if missing else "It knows every active class that was known."
    return Check("vocabulary", not missing, detail)


def check_base(candidate: Predictions, champion: Predictions) -> Check:
    """Check that the candidate is no worse on base drawings.

    A paired non-inferiority test: with 95 % confidence, the accuracy drops by at most 0.3 points.
    """
    low, difference = _paired_difference(candidate.correct, champion.correct)
    accuracies = f"{candidate.correct.mean():.1%} against {champion.correct.mean():.1%}"
    return Check(
        "base drawings",
        bool(low >= -ACCURACY_MARGIN),
        f"{_points(difference)} on {len(candidate.targets):,} drawings ({accuracies}); "
        f"with 95 % confidence at least {_points(low)}, allowed {_points(-ACCURACY_MARGIN)}.",
    )


def check_collected(candidate: Predictions, champion: Predictions) -> Check:
    """Check that the candidate recognizes at least as many user drawings."""
    # There are too few for a test with a margin, so the plain counts decide.
    if not len(candidate.targets):
        return Check("collected drawings", True, "There are no collected test drawings yet.")
    correct, before = int(candidate.correct.sum()), int(champion.correct.sum())
    detail = f"{correct} of {len(candidate.targets)} right, before {before}."
    return Check("collected drawings", correct >= before, detail)


def check_classes(candidate: Predictions, champion: Predictions) -> Check:
    """Check that no class with enough test drawings significantly loses more than 5 points of recall."""
    known = candidate.targets[candidate.targets != UNKNOWN_TARGET]
    supports = np.bincount(known, minlength=len(candidate.labels))  # (labels,)
    tested = np.flatnonzero(supports >= MIN_CLASS_SUPPORT)
    lost = []
    for index in tested:
        drawings = candidate.targets == index
        # The other way around than in check_base: how much better the champion is.
        low, loss = _paired_difference(champion.correct[drawings], candidate.correct[drawings], Z_99_PERCENT)
        if low > MAX_RECALL_LOSS:
            lost.append(f"{candidate.labels[index]} {_points(-loss)}")
    detail = f"Of {len(tested)} classes with {MIN_CLASS_SUPPORT} or more test drawings "
    detail += f"{len(lost)} significantly lost more than {_points(MAX_RECALL_LOSS)[1:]} of recall"
    return Check("classes", not lost, f"{detail}: {', '.join(lost)}." if lost else f"{detail}.")


def _paired_difference(first: Correct, second: Correct, z: float = Z_95_PERCENT) -> tuple[float, float]:
    """Return how much more accurate the first is: the lower confidence bound, and the difference itself.

    z: the confidence, in standard errors. Both values are shares, -1 to 1.
    """
    if not len(first):
        return 0.0, 0.0
    # Paired, drawing by drawing: -1, 0 or 1. Most are 0, so the error is much smaller than for separate samples.
    differences = first.astype(np.float64) - second.astype(np.float64)  # (n,)
    standard_error = differences.std() / np.sqrt(len(differences))
    return float(differences.mean() - z * standard_error), float(differences.mean())


def _points(share: float) -> str:
    return f"{share * 100:+.2f} points"
