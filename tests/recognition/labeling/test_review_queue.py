from __future__ import annotations

from uuid import UUID
from zlib import crc32

import pytest

from recognition.labeling import gold, review_queue
from recognition.labeling.decisions import decide, undo
from recognition.labeling.gold import DRAWINGS_PER_QUESTION
from recognition.labeling.review_queue import ReviewReason, queue_for
from recognition.models import Contributor, Drawing, Gold, ModelVersion
from recognition.moderation import report
from tests.factories import fail_on_gold, make_class, make_drawing, make_gold, make_prediction, make_version, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> ModelVersion:
    return make_version()


@pytest.fixture
def reviewer() -> Contributor:
    return Contributor.objects.create()


@pytest.fixture
def colleague() -> Contributor:
    return Contributor.objects.create()


def doubted(reviewer: Contributor) -> dict[Drawing, ReviewReason]:
    return {Drawing.objects.get(pk=item.drawing_id): item.reason for item in queue_for(reviewer, set())}


def waiting(reviewer: Contributor) -> list[UUID]:
    return [item.drawing_id for item in queue_for(reviewer, set())]


def drawing_whose_lot_is(times: int, of: int) -> Drawing:
    """Propose drawings until the lot falls on one."""
    while True:
        drawing = propose("cat")
        if crc32(drawing.pk.bytes) % of == times:
            return drawing
        drawing.delete()


def test_every_kind_of_doubt_is_told_worst_first(
    version: ModelVersion, reviewer: Contributor, colleague: Contributor
) -> None:
    proposed = propose("cat")
    make_prediction(proposed, version)
    unsure = make_drawing("cat")
    make_prediction(unsure, make_version(threshold=1.0))
    contradicted = make_drawing("cat", label="house")
    make_prediction(contradicted, version)
    disagreed = make_drawing("cat")
    make_prediction(disagreed, version)
    other = make_prediction(disagreed, make_version())
    other.label = "house"
    other.save()
    reported = make_drawing("cat", label="cat")
    report(reported, Contributor(), "rude")
    disputed = propose("cat")
    decide(disputed, colleague, make_class("cat"))
    decide(disputed, Contributor.objects.create(), make_class("dog"))
    again = drawing_whose_lot_is(0, of=review_queue.DRAWINGS_PER_SECOND_REVIEW)
    decide(again, colleague, make_class("cat"))
    assert doubted(reviewer) == {
        reported: ReviewReason.REPORTED,
        disputed: ReviewReason.DISPUTED,
        again: ReviewReason.AGAIN,
        contradicted: ReviewReason.CONTRADICTED,
        disagreed: ReviewReason.DISAGREED,
        unsure: ReviewReason.UNSURE,
        proposed: ReviewReason.PROPOSED,
    }
    assert list(doubted(reviewer).values()) == list(ReviewReason)


def test_what_nobody_doubts_is_not_asked_about(version: ModelVersion, reviewer: Contributor) -> None:
    make_prediction(make_drawing("cat", label="cat"), version)
    make_prediction(make_drawing("cat"), version)
    assert waiting(reviewer) == []


def test_what_was_decided_or_skipped_does_not_come_again(reviewer: Contributor) -> None:
    decided, skipped = (propose("cat") for _ in range(2))
    decide(decided, reviewer, make_class("cat"))
    assert waiting(reviewer) == [skipped.pk]
    assert queue_for(reviewer, {str(skipped.pk)}) == []


def test_a_share_of_what_one_judged_is_judged_by_one_other(reviewer: Contributor, colleague: Contributor) -> None:
    again, settled = (drawing_whose_lot_is(lot, of=review_queue.DRAWINGS_PER_SECOND_REVIEW) for lot in (0, 1))
    for drawing in (again, settled):
        decide(drawing, colleague, make_class("cat"))
    assert waiting(reviewer) == [again.pk]
    assert waiting(colleague) == []
    decide(again, reviewer, make_class("cat"))
    assert waiting(Contributor.objects.create()) == []


def test_what_somebody_judged_whom_we_do_not_trust_waits_for_a_second_reviewer(
    reviewer: Contributor, colleague: Contributor
) -> None:
    drawing = drawing_whose_lot_is(1, of=review_queue.DRAWINGS_PER_SECOND_REVIEW)
    fail_on_gold(colleague)
    decide(drawing, colleague, make_class("cat"))
    assert doubted(reviewer)[drawing] is ReviewReason.AGAIN


@pytest.fixture
def gold_drawing(monkeypatch: pytest.MonkeyPatch) -> Drawing:
    """A gold drawing, and gold before whatever comes."""
    monkeypatch.setattr(gold, "DRAWINGS_PER_QUESTION", 1)
    return make_gold()


def test_gold_comes_before_another_drawing_with_the_same_doubt_once(
    gold_drawing: Drawing, reviewer: Contributor
) -> None:
    first, second = propose("cat"), propose("cat")
    assert waiting(reviewer) == [gold_drawing.pk, second.pk, first.pk]
    assert {item.reason for item in queue_for(reviewer, set())} == {ReviewReason.PROPOSED}


def test_about_one_in_twelve_has_gold_before_it(reviewer: Contributor) -> None:
    pool = gold.GoldPool([make_gold().pk], frozenset())
    lots = [pool.question_before(UUID(int=number), reviewer) is not None for number in range(6_000)]
    assert 1 / (DRAWINGS_PER_QUESTION + 3) < sum(lots) / len(lots) < 1 / (DRAWINGS_PER_QUESTION - 3)


def test_the_queue_gets_shorter_by_one_with_each_answer_gold_or_not(
    monkeypatch: pytest.MonkeyPatch, reviewer: Contributor
) -> None:
    monkeypatch.setattr(gold, "DRAWINGS_PER_QUESTION", 2)
    for _ in range(3):
        make_gold()
    for _ in range(8):
        propose("cat")
    lengths = []
    while items := queue_for(reviewer, set()):
        lengths.append(len(items))
        decide(Drawing.objects.get(pk=items[0].drawing_id), reviewer, make_class("cat"))
    assert lengths == list(range(lengths[0], 0, -1))


def test_gold_comes_again_after_undoing(gold_drawing: Drawing, reviewer: Contributor) -> None:
    propose("cat")
    decision = decide(gold_drawing, reviewer, make_class("cat"))
    assert gold_drawing.pk not in waiting(reviewer)
    undo(decision, reviewer)
    assert waiting(reviewer)[0] == gold_drawing.pk


def test_nobody_is_asked_about_gold_that_he_judged_himself(gold_drawing: Drawing, reviewer: Contributor) -> None:
    Gold.objects.all().delete()
    decide(gold_drawing, reviewer, make_class("cat"))
    Gold.objects.create(drawing=gold_drawing, label=make_class("cat"))
    waits = propose("cat")
    assert waiting(reviewer) == [waits.pk]


def test_gold_that_was_called_something_else_since_or_reported_is_none(
    gold_drawing: Drawing, reviewer: Contributor, colleague: Contributor
) -> None:
    reported = make_gold()
    report(reported, Contributor(), "rude")
    Drawing.objects.filter(pk=gold_drawing.pk).update(label=make_class("dog"))
    waits = propose("cat")
    assert waiting(reviewer) == [reported.pk, waits.pk]
    decide(reported, reviewer, None)
    assert Drawing.objects.get(pk=reported.pk).status == Drawing.Status.REJECTED


def test_gold_is_doubted_by_no_network(version: ModelVersion, reviewer: Contributor) -> None:
    drawing = make_drawing("cat", label="house")
    make_prediction(drawing, version)
    assert waiting(reviewer) == [drawing.pk]
    Gold.objects.create(drawing=drawing, label=make_class("house"))
    assert waiting(reviewer) == []
