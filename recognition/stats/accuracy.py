"""How often people call answers right: counted as they say it, so that no page has to read all they said.

An answer counts once whoever drew the drawing has said whether it was right. What others say about it does not: staff
look at doubtful drawings first, which would make the network seem worse than it is. Nor do imported drawings count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F

from recognition.models import Drawing, Feedback, Judgement, ModelVersion, Prediction
from recognition.models.tally import TALLIES, Tally

CHUNK = 1_000  # judgements in memory at a time

Row: TypeAlias = tuple[type[Tally], tuple[Any, ...]]


@transaction.atomic
def tally(drawing: Drawing) -> None:
    """Count what whoever drew a drawing says about the answer to it, in place of what they said before."""
    before, now = _counted(drawing.pk), _judgement_of(drawing)
    if now is None:
        if before:
            before.delete()  # which takes it out
    elif before is None or not now.says_the_same_as(before):
        now.save()
        _shift([(now, 1)] if before is None else [(before, -1), (now, 1)])


def take_out(judgement: Judgement) -> None:
    """Take a judgement that is about to be deleted out of the tallies."""
    if counted := _counted(judgement.pk):
        _shift([(counted, -1)])


@transaction.atomic
def recount() -> int:
    """Count everything anew from what people said; return how many answers they judged."""
    _one_at_a_time()
    Judgement.objects.all()._raw_delete(DEFAULT_DB_ALIAS)  # without taking them out one by one
    for model in TALLIES:
        model._default_manager.all().delete()
    amounts: defaultdict[Row, Counter[str]] = defaultdict(Counter)
    for judgements in _chunks(_all_judgements()):
        Judgement.objects.bulk_create(judgements)
        for judgement in judgements:
            _add(amounts, judgement, 1)
    for model in TALLIES:
        rows = (model(**dict(key), **sums) for (kind, key), sums in amounts.items() if kind is model)
        model._default_manager.bulk_create(rows, batch_size=CHUNK)
    return Judgement.objects.count()


def _counted(drawing_id: UUID) -> Judgement | None:
    """Return what is counted of a drawing, which nobody else can change before the transaction ends."""
    Drawing.objects.select_for_update().filter(pk=drawing_id).values_list("pk").first()
    return Judgement.objects.filter(pk=drawing_id).first()


def _judgement_of(drawing: Drawing) -> Judgement | None:
    if drawing.source == Drawing.Source.IMPORT:
        return None
    said = drawing.feedback.filter(contributor=drawing.contributor_id).select_related("label").first()
    answer = drawing.first_prediction()
    return Judgement.of(said, answer, answer.model_version.number) if said and answer else None


def _shift(changes: Iterable[tuple[Judgement, int]]) -> None:
    """Add judgements to the tallies, or take them off: (judgement, 1 or -1)."""
    _one_at_a_time()
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


def _one_at_a_time() -> None:
    """Let others who count wait until the transaction ends, or two might each wait for a row that the other holds.

    The lock is the oldest version's row; no_key, so that predictions can be stored meanwhile.
    """
    ModelVersion.objects.order_by("pk").select_for_update(no_key=True).values_list("pk").first()


def _all_judgements() -> Iterator[Judgement]:
    """Yield what the tallies should hold, the answer being the first prediction of each drawing."""
    said = Feedback.objects.filter(contributor=F("drawing__contributor")).exclude(drawing__source=Drawing.Source.IMPORT)
    for chunk in _chunks(said.select_related("label").order_by().iterator(CHUNK)):
        answers = Prediction.objects.filter(drawing__in=[one.drawing_id for one in chunk]).with_version()
        first = {answer.drawing_id: answer for answer in answers}  # the oldest comes last and stays
        for one in chunk:
            if answer := first.get(one.drawing_id):
                yield Judgement.of(one, answer, answer.model_version.number)


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
