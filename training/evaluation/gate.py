"""May a new version replace the champion? Named checks with their figures; one that fails keeps it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from recognition.inference.classifier import Classifier, InvalidArtifact
from training.evaluation.metrics import UNKNOWN, Answers, latency

MARGIN = 0.003  # of accuracy: no worse than this
CONFIDENCE = 1.645  # standard deviations: 95 %, one-sided
CLASS_SUPPORT = 50  # test drawings of a class below which its recall says too little
CLASS_LOSS = 0.05  # of recall
CLASS_CONFIDENCE = 2.326  # 99 %, one-sided; at 95 % chance alone would fail one of a hundred classes every time
LARGEST = 2_000_000  # bytes
SLOWEST = 1.0  # milliseconds a drawing; networks of ours take 0.02 to 0.2, a loaded worker several times that


@dataclass(frozen=True)
class Check:
    name: str
    passed: bool
    detail: str  # the figures, for people


Right = npt.NDArray[np.bool_]  # one for each test drawing, in the same order for candidate and champion


def verdict(checks: Sequence[Check]) -> dict[str, Any]:
    """Return what a run stores: whether all checks passed, and each of them."""
    return {"passed": all(check.passed for check in checks), "checks": [asdict(check) for check in checks]}


def check_artifact(classifier: Classifier, size: int) -> list[Check]:
    """Does it load, answer, and keep within the budget of size (bytes) and latency?"""
    try:
        classifier.self_test()
    except InvalidArtifact as error:
        return [Check("self-test", False, str(error))]
    milliseconds = latency(classifier)
    return [
        Check("self-test", True, "The artifact loads and answers a test image."),
        Check("size", size <= LARGEST, f"{size / 1e6:.2f} MB; {LARGEST / 1e6:.0f} MB are allowed."),
        Check("latency", milliseconds <= SLOWEST, f"{milliseconds:.2f} ms a drawing; {SLOWEST:.0f} ms is allowed."),
    ]


def check_vocabulary(candidate: Sequence[str], champion: Sequence[str], active: Sequence[str]) -> Check:
    """Does it know every active class that the champion knows?"""
    missing = sorted(set(champion) & set(active) - set(candidate))
    detail = f"It no longer knows {', '.join(missing)}." if missing else "It knows every active class that was known."
    return Check("vocabulary", not missing, detail)


def check_base(candidate: Answers, champion: Answers) -> Check:
    """Is it no worse on the base test split? Non-inferior by 0.3 points at 95 %, paired."""
    low, difference = _difference(candidate.right, champion.right)
    return Check(
        "base drawings",
        bool(low >= -MARGIN),
        f"{_points(difference)} on {len(candidate.targets):,} drawings ({candidate.right.mean():.1%} against "
        f"{champion.right.mean():.1%}); with 95 % confidence at least {_points(low)}, allowed {_points(-MARGIN)}.",
    )


def check_collected(candidate: Answers, champion: Answers) -> Check:
    """Is it at least as good on what people drew here?"""
    if not len(candidate.targets):
        return Check("collected drawings", True, "There are no collected test drawings yet.")
    right, before = int(candidate.right.sum()), int(champion.right.sum())
    return Check("collected drawings", right >= before, f"{right} of {len(candidate.targets)} right, before {before}.")


def check_classes(candidate: Answers, champion: Answers) -> Check:
    """Does no class with enough test drawings significantly lose more than 5 points of recall?"""
    supports = np.bincount(candidate.targets[candidate.targets != UNKNOWN], minlength=len(candidate.labels))
    tested = np.flatnonzero(supports >= CLASS_SUPPORT)
    lost = []
    for index in tested:
        drawings = candidate.targets == index
        least, loss = _difference(champion.right[drawings], candidate.right[drawings], CLASS_CONFIDENCE)
        if least > CLASS_LOSS:
            lost.append(f"{candidate.labels[index]} {_points(-loss)}")
    detail = f"Of {len(tested)} classes with {CLASS_SUPPORT} or more test drawings "
    detail += f"{len(lost)} significantly lost more than {_points(CLASS_LOSS)[1:]} of recall"
    return Check("classes", not lost, f"{detail}: {', '.join(lost)}." if lost else f"{detail}.")


def _difference(first: Right, second: Right, deviations: float = CONFIDENCE) -> tuple[float, float]:
    """Return by how much, as a share, the first is right more often: the lower bound, and the difference itself.

    Paired: the error is that of the mean of the differences drawing by drawing, each -1, 0 or 1.
    """
    if not len(first):
        return 0.0, 0.0
    differences = first.astype(np.float64) - second.astype(np.float64)
    error = differences.std() / np.sqrt(len(differences))
    return float(differences.mean() - deviations * error), float(differences.mean())


def _points(share: float) -> str:
    return f"{share * 100:+.2f} points"
