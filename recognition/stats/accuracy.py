"""Accuracy according to people: tallies that each feedback updates, so that no page has to read all feedback.

An answer counts when the drawing's own contributor says whether it was right. Feedback of others does not count: staff
review doubtful drawings first, which would make the network seem worse than it is. Imported drawings do not count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F

from recognition.models import Drawing, Feedback, Judgement, ModelVersion, Prediction
from recognition.models.tally import TALLIES, AccuracyTally

CHUNK_ROWS = 1_000  # in memory at a time

Row: TypeAlias = tuple[type[AccuracyTally], tuple[Any, ...]]


@transaction.atomic
def update_tallies(drawing: Drawing) -> None:
    """Count the contributor's feedback on the answer to their drawing, in place of what was counted before."""
    counted, judgement = _counted_judgement(drawing.pk), _judgement_of(drawing)
    if judgement is None:
        if counted:
            counted.delete()  # a signal subtracts it; see recognition/apps.py
    elif counted is None or not judgement.is_same_as(counted):
        judgement.save()
        _shift([(judgement, 1)] if counted is None else [(counted, -1), (judgement, 1)])


def subtract_judgement(judgement: Judgement) -> None:
    """Subtract a judgement that is about to be deleted from the tallies."""
    if counted := _counted_judgement(judgement.pk):
        _shift([(counted, -1)])


@transaction.atomic
def recount() -> int:
    """Count all feedback again; return the number of judged answers."""
    _lock_tallies()
    Judgement.objects.all()._raw_delete(DEFAULT_DB_ALIAS)  # without subtracting each one
    for model in TALLIES:
        model._default_manager.all().delete()
    amounts: defaultdict[Row, Counter[str]] = defaultdict(Counter)
    for judgements in _chunks(_all_judgements()):
        Judgement.objects.bulk_create(judgements)
        for judgement in judgements:
            _add(amounts, judgement, 1)
    for model in TALLIES:
        rows = (model(**dict(key), **sums) for (kind, key), sums in amounts.items() if kind is model)
        model._default_manager.bulk_create(rows, batch_size=CHUNK_ROWS)
    return Judgement.objects.count()


def _counted_judgement(drawing_id: UUID) -> Judgement | None:
    """Return the counted judgement of a drawing, locked until the transaction ends."""
    Drawing.objects.select_for_update().filter(pk=drawing_id).values_list("pk").first()
    return Judgement.objects.filter(pk=drawing_id).first()


def _judgement_of(drawing: Drawing) -> Judgement | None:
    if drawing.source == Drawing.Source.IMPORT:
        return None
    feedback = drawing.feedback.filter(contributor=drawing.contributor_id).select_related("label").first()
    answer = drawing.first_prediction()
    return Judgement.of(feedback, answer, answer.model_version.number) if feedback and answer else None


def _shift(changes: Iterable[tuple[Judgement, int]]) -> None:
    """Add judgements to the tallies, or subtract them: (judgement, 1 or -1)."""
    _lock_tallies()
    amounts: defaultdict[Row, Counter[str]] = defaultdict(Counter)
    for judgement, sign in changes:
        _add(amounts, judgement, sign)
    for (model, key), sums in amounts.items():
        row = model._default_manager.filter(**dict(key))
        if any(sums.values()) and not row.update(**{name: F(name) + amount for name, amount in sums.items()}):
            model._default_manager.create(**dict(key), **sums)


def _add(amounts: defaultdict[Row, Counter[str]], judgement: Judgement, sign: int) -> None:
    for model in TALLIES:
        row = model, tuple(model.key_of(judgement).items())
        amounts[row].update({name: sign * amount for name, amount in model.amounts_of(judgement).items()})


def _lock_tallies() -> None:
    """Lock the tallies until the transaction ends, so that two updates cannot deadlock.

    The lock is the oldest version's row; with no_key, predictions can be stored meanwhile.
    """
    ModelVersion.objects.order_by("pk").select_for_update(no_key=True).values_list("pk").first()


def _all_judgements() -> Iterator[Judgement]:
    """Yield all judgements that the tallies should hold. Each drawing's answer is its first prediction."""
    feedback = Feedback.objects.filter(contributor=F("drawing__contributor")).exclude(
        drawing__source=Drawing.Source.IMPORT
    )
    for chunk in _chunks(feedback.select_related("label").order_by().iterator(CHUNK_ROWS)):
        answers = Prediction.objects.filter(drawing__in=[row.drawing_id for row in chunk]).with_version()
        first = {answer.drawing_id: answer for answer in answers}  # newest first, so the oldest one stays
        for row in chunk:
            if answer := first.get(row.drawing_id):
                yield Judgement.of(row, answer, answer.model_version.number)


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK_ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
