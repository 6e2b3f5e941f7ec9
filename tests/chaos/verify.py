"""Holds what is in the database against a journal: `python -m tests.chaos.verify JOURNAL`, in a site's environment.

Prints JSON: how many there are of what, and what is wrong, one sentence each.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doodlesite.settings")
django.setup()

from django.db import models  # noqa: E402

from recognition.models import Drawing, Feedback, ModelVersion, Prediction, Promotion  # noqa: E402
from tests.chaos import invariants  # noqa: E402
from tests.chaos.journal_parser import Drawn, Testimony  # noqa: E402
from training.models import TrainingRun  # noqa: E402


def main() -> None:
    testimony = Testimony.read(Path(sys.argv[1]))
    wrong = {
        "lost": [*lost_drawings(testimony), *lost_feedback(testimony)],
        "doubled": list(doubled(testimony)),
        "not what was answered": [*other_answers(testimony), *testimony.refused],
        "stuck": list(invariants.stuck()),
        "without a reason": list(invariants.without_a_reason()),
        "champion": list(champions(testimony)),
        "orphans": [*invariants.orphans(), *invariants.half_made(), *invariants.stale_sessions()],
        "counted wrong": list(invariants.counted_wrong()),
    }
    runs = TrainingRun.objects.exclude(finished_at=None).order_by("pk")
    ended = [(run.finished_at.timestamp(), run.status, run.error) for run in runs.defer("manifest") if run.finished_at]
    print(json.dumps({"wrong": wrong, "counts": counts(testimony), "runs": ended}))


def counts(testimony: Testimony) -> dict[str, int]:
    drawn = testimony.drawings.values()
    runs = Counter(TrainingRun.objects.values_list("status", flat=True))
    return {
        "drawings answered": sum(bool(one.ids) for one in drawn),
        "feedback answered": sum(one.last_said is not None for one in drawn),
        "drawings stored": len(_stored()),
        "drawings stored without an answer": len(_stored()) - sum(bool(one.ids) for one in drawn),
        "of these though nothing was said to be stored": len(list(denied(testimony))),
        "answers": testimony.answered,
        "errors": testimony.failed,
        "without an answer": testimony.silent,
        "versions": ModelVersion.objects.count(),
        **{f"runs {status}": number for status, number in sorted(runs.items())},
    }


def lost_drawings(testimony: Testimony) -> Iterator[str]:
    stored = _stored()
    for serial, drawn in testimony.drawings.items():
        if drawn.ids and not stored.get(serial):
            yield f"drawing {serial} was answered and is not there"
    yield from (f"run {pk} was answered and is not there" for pk in testimony.runs - _pks(TrainingRun))


def lost_feedback(testimony: Testimony) -> Iterator[str]:
    """Feedback is that which was answered last, or one that got no answer and may have come at any time."""
    rows = Feedback.objects.values_list("drawing_id", "correct", "label__name")
    there = {str(drawing): (correct, None if correct else label) for drawing, correct, label in rows}
    for serial, drawn in testimony.drawings.items():
        for pk in drawn.ids:
            if drawn.last_said and pk not in there:
                yield f"feedback on drawing {serial} was answered and is not there"
            elif pk in there and there[pk] not in drawn.may_be_said():
                yield f"feedback on drawing {serial} is {there[pk]}, not {drawn.last_said}"


def doubled(testimony: Testimony) -> Iterator[str]:
    for serial, pks in _stored().items():
        drawn = testimony.drawings.get(serial)
        if drawn is None:
            yield f"drawing {serial} is there and nobody drew it"
        elif len(pks) > 1:
            yield f"drawing {serial} is there {len(pks)} times"
        elif drawn.ids and drawn.ids != set(pks):
            yield f"drawing {serial} is there as {pks}, answered as {drawn.ids}"


def denied(testimony: Testimony) -> Iterator[int]:
    """Yield the drawings that are stored though all answers said that nothing was."""
    for serial in _stored():
        drawn = testimony.drawings.get(serial, Drawn())
        if drawn.denied and not drawn.ids and not drawn.unsure:
            yield serial


def other_answers(testimony: Testimony) -> Iterator[str]:
    first: dict[str, str] = {}
    for drawing_id, label in Prediction.objects.order_by("pk").values_list("drawing_id", "label"):
        first.setdefault(str(drawing_id), label)
    for serial, drawn in testimony.drawings.items():
        for pk in drawn.ids:
            if first.get(pk) != drawn.guess:
                yield f"drawing {serial} was answered with {drawn.guess}, there is {first.get(pk)}"


def champions(testimony: Testimony) -> Iterator[str]:
    current = ModelVersion.objects.current()
    if current is None:
        yield "there is none"
        return
    if ModelVersion.objects.filter(promoted_at=current.promoted_at).count() != 1:
        yield "more than one was promoted at the same moment"
    promotion = Promotion.objects.first()
    if promotion is None or (promotion.version, promotion.at) != (current, current.promoted_at):
        yield f"{current} serves, but was not promoted last"
    allowed = {testimony.champion, *testimony.open_promotions}
    if testimony.champion is not None and current.number not in allowed:
        yield f"{current} serves, answered was {testimony.champion}"
    current.load()


def _stored() -> dict[int, list[str]]:
    """Return the ids of the drawings that are there, by the serial that their drawer gave them."""
    stored: defaultdict[int, list[str]] = defaultdict(list)
    for pk, strokes in Drawing.objects.filter(source__in=("page", "api")).values_list("pk", "strokes"):
        stored[int((strokes or [])[0][2][0])].append(str(pk))
    return stored


def _pks(model: type[models.Model]) -> set[Any]:
    return set(model._default_manager.values_list("pk", flat=True))


if __name__ == "__main__":
    main()
