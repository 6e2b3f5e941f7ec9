"""Compares the database with a journal: `python -m tests.chaos.verify JOURNAL`, in a site's environment.

Prints JSON: the numbers of rows and responses, and the errors found, one sentence each.
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
from tests.chaos.journal_parser import Drawn, ParsedJournal  # noqa: E402
from training.models import TrainingRun  # noqa: E402


def main() -> None:
    journal = ParsedJournal.read(Path(sys.argv[1]))
    wrong = {
        "lost": [*lost_drawings(journal), *lost_feedback(journal)],
        "doubled": list(doubled(journal)),
        "not what was answered": [*other_answers(journal), *journal.refused],
        "stuck": list(invariants.stuck()),
        "without a reason": list(invariants.without_a_reason()),
        "champion": list(champions(journal)),
        "orphans": [*invariants.orphans(), *invariants.half_made(), *invariants.stale_sessions()],
        "counted wrong": list(invariants.counted_wrong()),
    }
    runs = TrainingRun.objects.exclude(finished_at=None).order_by("pk")
    ended = [(run.finished_at.timestamp(), run.status, run.error) for run in runs.defer("manifest") if run.finished_at]
    print(json.dumps({"wrong": wrong, "counts": counts(journal), "runs": ended}))


def counts(journal: ParsedJournal) -> dict[str, int]:
    drawn = journal.drawings.values()
    runs = Counter(TrainingRun.objects.values_list("status", flat=True))
    return {
        "drawings answered": sum(bool(one.ids) for one in drawn),
        "feedback answered": sum(one.last_said is not None for one in drawn),
        "drawings stored": len(_stored()),
        "drawings stored without an answer": len(_stored()) - sum(bool(one.ids) for one in drawn),
        "of these though nothing was said to be stored": len(list(denied(journal))),
        "answers": journal.answered,
        "errors": journal.failed,
        "without an answer": journal.silent,
        "versions": ModelVersion.objects.count(),
        **{f"runs {status}": number for status, number in sorted(runs.items())},
    }


def lost_drawings(journal: ParsedJournal) -> Iterator[str]:
    stored = _stored()
    for serial, drawn in journal.drawings.items():
        if drawn.ids and not stored.get(serial):
            yield f"drawing {serial} was answered and is not there"
    yield from (f"run {pk} was answered and is not there" for pk in journal.runs - _pks(TrainingRun))


def lost_feedback(journal: ParsedJournal) -> Iterator[str]:
    """Find feedback that is neither the last confirmed one nor a later one without confirmation."""
    rows = Feedback.objects.values_list("drawing_id", "correct", "label__name")
    there = {str(drawing): (correct, None if correct else label) for drawing, correct, label in rows}
    for serial, drawn in journal.drawings.items():
        for pk in drawn.ids:
            if drawn.last_said and pk not in there:
                yield f"feedback on drawing {serial} was answered and is not there"
            elif pk in there and there[pk] not in drawn.may_be_said():
                yield f"feedback on drawing {serial} is {there[pk]}, not {drawn.last_said}"


def doubled(journal: ParsedJournal) -> Iterator[str]:
    for serial, pks in _stored().items():
        drawn = journal.drawings.get(serial)
        if drawn is None:
            yield f"drawing {serial} is there, but was not drawn"
        elif len(pks) > 1:
            yield f"drawing {serial} is there {len(pks)} times"
        elif drawn.ids and drawn.ids != set(pks):
            yield f"drawing {serial} is there as {pks}, answered as {drawn.ids}"


def denied(journal: ParsedJournal) -> Iterator[int]:
    """Yield the drawings that are stored although all responses were errors."""
    for serial in _stored():
        drawn = journal.drawings.get(serial, Drawn())
        if drawn.denied and not drawn.ids and not drawn.unsure:
            yield serial


def other_answers(journal: ParsedJournal) -> Iterator[str]:
    first: dict[str, str] = {}
    for drawing_id, label in Prediction.objects.order_by("pk").values_list("drawing_id", "label"):
        first.setdefault(str(drawing_id), label)
    for serial, drawn in journal.drawings.items():
        for pk in drawn.ids:
            if first.get(pk) != drawn.guess:
                yield f"drawing {serial} was answered with {drawn.guess}, there is {first.get(pk)}"


def champions(journal: ParsedJournal) -> Iterator[str]:
    current = ModelVersion.objects.current()
    if current is None:
        yield "there is none"
        return
    if ModelVersion.objects.filter(promoted_at=current.promoted_at).count() != 1:
        yield "more than one was promoted at the same moment"
    promotion = Promotion.objects.first()
    if promotion is None or (promotion.version, promotion.at) != (current, current.promoted_at):
        yield f"{current} serves, but was not promoted last"
    allowed = {journal.champion, *journal.open_promotions}
    if journal.champion is not None and current.number not in allowed:
        yield f"{current} serves, answered was {journal.champion}"
    current.load()


def _stored() -> dict[int, list[str]]:
    """Return the ids of the stored drawings by the serial that the user gave them."""
    stored: defaultdict[int, list[str]] = defaultdict(list)
    for pk, strokes in Drawing.objects.filter(source__in=("page", "api")).values_list("pk", "strokes"):
        stored[int((strokes or [])[0][2][0])].append(str(pk))
    return stored


def _pks(model: type[models.Model]) -> set[Any]:
    return set(model._default_manager.values_list("pk", flat=True))


if __name__ == "__main__":
    main()
