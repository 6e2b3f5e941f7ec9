"""The promotion gate: checks that a new version must pass to replace the champion.

Every check says what it compared, with its figures, and what would have to be better. There are three outcomes: the
version passes, it is refused, or people decide, because it gains something or its loss is not certain.

The margins come from simulations (bench/gate.py): with 9,343 test drawings, of which 4 % are answered differently, an
equal version passes all checks together in at least 95 % of cases, and one that is 2 points worse in at most 1 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scipy.stats import binom

from recognition.inference.classifier import Classifier
from recognition.inference.results import InvalidArtifact
from training.evaluation.metrics import median_latency
from training.evaluation.paired import SIGNIFICANCE, Difference, Paired

# What a version may lose, with 95 % confidence, as a share.
ACCURACY_MARGIN = 0.010  # on base drawings
MACRO_MARGIN = 0.015  # of the recall averaged over classes with enough test drawings
THIN_MARGIN = 0.030  # on the base drawings of all other classes together
ANCHOR_MARGIN = 0.015  # against the anchor
ANCHOR_BUDGET = 0.010  # against the anchor, as measured: all versions since then may lose so much together
ANCHOR_MACRO_BUDGET = 0.015  # likewise, of macro recall
COLLECTED_MARGIN = 0.020  # on user drawings, as measured
COLLECTED_SIGNIFICANCE = SIGNIFICANCE / 2  # there are two such checks, and 5 % is for both (Bonferroni)
MIN_COLLECTED_FOR_MARGIN = 1_000  # user drawings; with fewer, COLLECTED_MARGIN is lost by chance
MIN_CLASS_SUPPORT = 50  # test drawings of a class; with fewer, its recall alone says too little
MIN_NEW_CLASS_RECALL = 0.60
MAX_ARTIFACT_BYTES = 2_000_000
MAX_LATENCY_MS = 1.0  # of one drawing; our networks take 0.02 to 0.2, several times that on a loaded worker
MAX_USES = 20  # verdicts on the same test drawings; more and more, chance decides among them


class Result(StrEnum):
    PASSED = "passed"
    UNPROVEN = "unproven"  # the loss may be chance
    LOST = "lost"  # the loss is beyond the margin
    BROKEN = "broken"  # the version cannot serve


class Outcome(StrEnum):
    PASSES = "passes"
    ASK = "ask"  # people decide
    REFUSED = "refused"


@dataclass(frozen=True)
class Check:
    """The result of one check.

    detail: the figures, for people. needed: what would have to be better, "" if it passed.
    gain: what is significantly better, "" if nothing is.
    """

    name: str
    result: Result
    detail: str
    needed: str = ""
    gain: str = ""

    @property
    def passed(self) -> bool:
        return self.result is Result.PASSED

    def as_dict(self) -> dict[str, Any]:
        values = {"name": self.name, "passed": self.passed, "result": self.result.value}
        return values | {"detail": self.detail, "needed": self.needed}


@dataclass(frozen=True)
class Honesty:
    """How well a version knows what it does not know. None: not measured, because the folder has no strokes."""

    calibration_error: float  # share
    rejected: float  # share of real test drawings that are answered with "I don't know"
    scribble_auroc: float
    half_ink_accuracy: float | None  # on the first half of the ink


def outcome(checks: Sequence[Check], gains: Sequence[str]) -> Outcome:
    """Decide: a loss that is certain needs a gain to be worth a question; an artifact that cannot serve is refused."""
    results = {check.result for check in checks}
    if results <= {Result.PASSED}:
        return Outcome.PASSES
    if Result.BROKEN in results or (Result.LOST in results and not gains):
        return Outcome.REFUSED
    return Outcome.ASK


def verdict(checks: Sequence[Check], gains: Sequence[str] = (), **facts: Any) -> dict[str, Any]:
    """Return what a run stores: the outcome, a sentence about it, each check, the gains and other facts."""
    decided = outcome(checks, gains)
    return {
        "outcome": decided.value,
        "passed": decided is Outcome.PASSES,
        "summary": _summary(decided, checks, gains),
        "checks": [check.as_dict() for check in checks],
        "gains": list(gains),
        **facts,
    }


def _summary(decided: Outcome, checks: Sequence[Check], gains: Sequence[str]) -> str:
    if decided is Outcome.PASSES:
        return "It passes every check."
    needed = f"To pass, {'; '.join(check.needed for check in checks if check.needed)}."
    if decided is Outcome.REFUSED:
        return f"It is refused. {needed}"
    gained = f"It gains {', '.join(gains)}. " if gains else ""
    return f"People decide. {gained}{needed}"


def check_artifact(classifier: Classifier, size: int) -> list[Check]:
    """Check that the artifact loads, predicts, and keeps within the limits of size and latency.

    size: in bytes.
    """
    try:
        classifier.self_test()
    except InvalidArtifact as error:
        return [broken_artifact(error)]
    megabytes, limit = size / 1e6, MAX_ARTIFACT_BYTES / 1e6
    latency = median_latency(classifier)
    return [
        Check("self-test", Result.PASSED, "The artifact loads and answers a test image."),
        _limit("size", size <= MAX_ARTIFACT_BYTES, f"{megabytes:.2f} MB", f"{limit:.0f} MB"),
        _limit("latency", latency <= MAX_LATENCY_MS, f"{latency:.2f} ms a drawing", f"{MAX_LATENCY_MS:.0f} ms"),
    ]


def broken_artifact(error: InvalidArtifact) -> Check:
    return Check("self-test", Result.BROKEN, str(error), "the artifact would have to load and answer a test image")


def _limit(name: str, is_kept: bool, value: str, allowed: str) -> Check:
    detail = f"{value}; {allowed} is allowed."
    if is_kept:
        return Check(name, Result.PASSED, detail)
    return Check(name, Result.BROKEN, detail, f"the {name} would have to be at most {allowed}")


def check_vocabulary(candidate: Sequence[str], champion: Sequence[str], active: Sequence[str]) -> Check:
    """Check that the candidate knows every active class that the champion knows."""
    missing = sorted(set(champion) & set(active) - set(candidate))
    if not missing:
        return Check("vocabulary", Result.PASSED, "It knows every active class that was known.")
    names = ", ".join(missing)
    return Check("vocabulary", Result.BROKEN, f"It no longer knows {names}.", f"it would have to know {names}")


def check_base(base: Paired) -> list[Check]:
    """Compare with the champion on base drawings of classes that both know: non-inferiority with 95 % confidence."""
    enough = base.with_support(MIN_CLASS_SUPPORT)
    thick, thin = base.select(enough), base.select(~enough)
    return [
        _non_inferior("base drawings", base.accuracy(), ACCURACY_MARGIN, f"top-1 on {_counted(base)}"),
        _non_inferior(
            "recall of the average class",
            thick.macro_recall(),
            MACRO_MARGIN,
            f"over the classes with at least {MIN_CLASS_SUPPORT} test drawings, on {_counted(thick)}",
        ),
        _non_inferior(
            "classes with few test drawings", thin.accuracy(), THIN_MARGIN, f"all of them together, on {_counted(thin)}"
        ),
    ]


def check_classes(base: Paired, labels: Sequence[str]) -> Check:
    """Check that no class with enough test drawings is recognized significantly worse.

    labels: the names that the targets index.
    """
    thick = base.select(base.with_support(MIN_CLASS_SUPPORT))
    worse = [labels[target] for target in thick.worse_classes()]
    detail = f"McNemar's test with Holm's correction at {SIGNIFICANCE:.0%}, over {_counted(thick)}"
    if not worse:
        return Check("single classes", Result.PASSED, f"None is significantly worse ({detail}).")
    names = ", ".join(worse)
    needed = f"it would have to recognize {names} as well as before"
    return Check("single classes", Result.LOST, f"Significantly worse: {names} ({detail}).", needed)


def check_anchor(base: Paired, anchor: str) -> list[Check]:
    """Compare with the anchor, the last version that a person promoted: it bounds the sum of small losses.

    anchor: its name, for people.
    """
    thick = base.select(base.with_support(MIN_CLASS_SUPPORT))
    against = f"against {anchor}, the last one that a person promoted, on"
    return [
        _within_budget("anchor", base.accuracy(), ANCHOR_BUDGET, f"top-1 {against} {_counted(base)}"),
        _within_budget(
            "anchor, recall of the average class",
            thick.macro_recall(),
            ANCHOR_MACRO_BUDGET,
            f"{against} {_counted(thick)}",
        ),
    ]


def check_new_classes(new: Paired) -> Check:
    """Check that the classes that the champion does not know are recognized: often enough, and not worse than before.

    new: their test drawings, base and user drawings; the reference is the champion with its prototypes of new classes.
    """
    name = "new classes"
    if not len(new):
        return Check(name, Result.PASSED, "There are none with test drawings.")
    recall, before = new.macro_recalls()
    detail = f"Recall {recall:.0%} on average of {new.class_count()} new classes, on {len(new):,} test drawings; "
    detail += f"by prototypes {before:.0%}; {MIN_NEW_CLASS_RECALL:.0%} are needed."
    if recall < MIN_NEW_CLASS_RECALL:
        missing = MIN_NEW_CLASS_RECALL - recall
        # With few test drawings, chance alone misses the bar.
        is_certain = binom.cdf(new.candidate.sum(), len(new), MIN_NEW_CLASS_RECALL) < SIGNIFICANCE
        result = Result.LOST if is_certain else Result.UNPROVEN
        return Check(name, result, detail, f"the recall of new classes would have to be {_up(missing)} higher")
    if new.p_value() < SIGNIFICANCE:
        return Check(name, Result.LOST, detail, "new classes would have to be recognized as well as by prototypes")
    return Check(name, Result.PASSED, detail)


def check_collected(name: str, collected: Paired) -> Check:
    """Check that user drawings are not recognized significantly worse; their labels must not depend on the champion."""
    if not len(collected):
        return Check(name, Result.PASSED, "There are no test drawings with an independent label yet.")
    difference, p_value = collected.accuracy().mean, collected.p_value()
    right, before = int(collected.candidate.sum()), int(collected.reference.sum())
    detail = f"{right} of {len(collected):,} right, before {before} (McNemar's test: p = {p_value:.2f})."
    is_beyond = len(collected) >= MIN_COLLECTED_FOR_MARGIN and difference < -COLLECTED_MARGIN
    if p_value >= COLLECTED_SIGNIFICANCE and not is_beyond:
        is_better = collected.swapped().p_value() < COLLECTED_SIGNIFICANCE
        return Check(name, Result.PASSED, detail, gain=f"{points(difference)} on {name}" if is_better else "")
    return Check(name, Result.LOST, detail, f"it would have to recognize {before - right} more {name}")


def check_honesty(candidate: Honesty, champion: Honesty) -> list[Check]:
    """Check that the version knows as well as the champion what it does not know."""
    checks = [
        _not_worse("calibration error", candidate.calibration_error - champion.calibration_error, 0.01),
        _not_worse("“I don't know” to real drawings", candidate.rejected - champion.rejected, 0.02),
        _not_worse("scribbles told from drawings, AUROC", champion.scribble_auroc - candidate.scribble_auroc, 0.01),
    ]
    if candidate.half_ink_accuracy is not None and champion.half_ink_accuracy is not None:
        lost = champion.half_ink_accuracy - candidate.half_ink_accuracy
        checks.append(_not_worse("accuracy at half the ink", lost, 0.02))
    return checks


def _non_inferior(name: str, difference: Difference, margin: float, compared: str) -> Check:
    detail = f"{points(difference.mean)} {compared}; with 95 % confidence at least {points(difference.low)}, "
    detail += f"allowed {points(-margin)}."
    if difference.low >= -margin:
        return Check(name, Result.PASSED, detail)
    result = Result.LOST if difference.mean < -margin else Result.UNPROVEN
    return Check(name, result, detail, f"{name} would have to be {_up(-margin - difference.low)} better")


def _within_budget(name: str, difference: Difference, budget: float, compared: str) -> Check:
    margin = budget + ANCHOR_MARGIN - ANCHOR_BUDGET
    left = max(0.0, budget + difference.mean)
    detail = f"{points(difference.mean)} {compared}; allowed {points(-budget)}, so that {_up(left)} are left; "
    detail += f"with 95 % confidence at least {points(difference.low)}, allowed {points(-margin)}."
    missing = max(-budget - difference.mean, -margin - difference.low)
    if missing <= 0:
        return Check(name, Result.PASSED, detail)
    result = Result.LOST if difference.mean < -budget else Result.UNPROVEN
    return Check(name, result, detail, f"{name} would have to be {_up(missing)} better")


def _not_worse(name: str, worse_by: float, margin: float) -> Check:
    detail = f"{'worse' if worse_by > 0 else 'better'} by {_up(abs(worse_by))}; {_up(margin)} is allowed."
    if worse_by <= margin:
        return Check(name, Result.PASSED, detail)
    return Check(name, Result.LOST, detail, f"{name} would have to be {_up(worse_by - margin)} better")


def _counted(paired: Paired) -> str:
    return f"{len(paired):,} drawings of {paired.class_count()} classes"


def points(share: float) -> str:
    return f"{share * 100:+.2f} points"


def _up(share: float) -> str:
    return f"{share * 100:.2f} points"
