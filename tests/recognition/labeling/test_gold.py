from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from recognition.labeling import gold
from recognition.labeling.decisions import decide, hide, undo
from recognition.labeling.feedback import give_feedback
from recognition.models import Contributor, Drawing, Feedback, Gold, GoldAnswer
from recognition.privacy.deletion import delete_contributor_data
from tests.factories import fail_on_gold, make_class, make_drawing, make_gold, make_user, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> Contributor:
    return Contributor.objects.of_user(make_user("rita", staff=True))


@pytest.fixture
def colleague() -> Contributor:
    return Contributor.objects.of_user(make_user("carl", staff=True))


def state(drawing: Drawing) -> tuple[str, str, str]:
    drawing.refresh_from_db()
    return str(drawing.label), drawing.status, drawing.moderation


@pytest.mark.parametrize(("label", "right"), [("cat", True), ("house", False), (None, False)])
def test_an_answer_is_recorded_and_never_changes_the_drawing(
    reviewer: Contributor, label: str | None, right: bool
) -> None:
    drawing = make_gold("cat")
    decide(drawing, reviewer, make_class(label) if label else None)
    assert state(drawing) == ("cat", "accepted", "")
    assert GoldAnswer.objects.get().right is right
    assert not Feedback.objects.exists()


def test_calling_gold_inappropriate_is_a_wrong_answer_and_hides_nothing(reviewer: Contributor) -> None:
    drawing = make_gold()
    hide(drawing, reviewer)
    assert state(drawing) == ("cat", "accepted", "")
    assert not GoldAnswer.objects.get().right


def test_the_first_answer_counts_however_often_it_is_sent(reviewer: Contributor) -> None:
    drawing = make_gold("cat")
    for label in ("house", "cat", "cat"):
        decide(drawing, reviewer, make_class(label))
    assert [answer.right for answer in GoldAnswer.objects.all()] == [False]
    assert state(drawing)[0] == "cat"


def test_an_answer_can_be_undone_and_given_anew(reviewer: Contributor) -> None:
    drawing = make_gold("cat")
    undo(decide(drawing, reviewer, None), reviewer)
    assert not GoldAnswer.objects.exists()
    decide(drawing, reviewer, make_class("cat"))
    assert GoldAnswer.objects.get().right


def test_with_a_deleted_gold_drawing_the_answers_go_and_undoing_does_nothing(reviewer: Contributor) -> None:
    drawing = make_gold()
    decision = decide(drawing, reviewer, None)
    drawing.delete()
    undo(decision, reviewer)
    assert not GoldAnswer.objects.exists()


def test_a_gold_drawing_that_is_gone_cannot_be_judged(reviewer: Contributor) -> None:
    drawing = make_gold()
    Drawing.objects.all().delete()
    with pytest.raises(Drawing.DoesNotExist):
        decide(drawing, reviewer, None)


def test_staff_mark_accepted_drawings_only(reviewer: Contributor) -> None:
    accepted, proposed = make_drawing("cat", label="cat"), propose("cat")
    assert reviewer.user
    assert gold.mark([accepted, proposed], by=reviewer.user) == 1
    assert gold.mark([accepted], by=reviewer.user) == 0
    assert Gold.objects.get().drawing == accepted


def test_who_marked_a_drawing_settles_it_as_any_other(reviewer: Contributor) -> None:
    drawing = make_drawing("cat", label="cat")
    assert reviewer.user
    gold.mark([drawing], by=reviewer.user)
    decide(drawing, reviewer, make_class("house"))
    assert state(drawing)[0] == "house"


def test_marking_with_another_label_forgets_what_was_answered(reviewer: Contributor, colleague: Contributor) -> None:
    drawing = make_gold("cat")
    decide(drawing, colleague, make_class("cat"))
    Drawing.objects.update(label=make_class("house"))
    drawing.refresh_from_db()
    assert reviewer.user
    assert gold.mark([drawing], by=reviewer.user) == 1
    assert (Gold.objects.get().label, GoldAnswer.objects.count()) == (make_class("house"), 0)


def test_what_two_reviewers_agree_on_becomes_gold(reviewer: Contributor, colleague: Contributor) -> None:
    drawing = propose("cat")
    decide(drawing, reviewer, make_class("cat"))
    assert not Gold.objects.exists()
    decide(drawing, colleague, make_class("cat"))
    assert Gold.objects.get().automatic


def test_it_does_not_if_whoever_drew_it_said_otherwise(reviewer: Contributor, colleague: Contributor) -> None:
    drawing = propose("cat")
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class("dog"))
    for one in (reviewer, colleague):
        decide(drawing, one, make_class("cat"))
    assert not Gold.objects.exists()


def test_it_does_not_if_one_of_them_is_not_trusted(reviewer: Contributor, colleague: Contributor) -> None:
    fail_on_gold(colleague)
    Gold.objects.update(automatic=False)
    drawing = propose("cat")
    for one in (reviewer, colleague):
        decide(drawing, one, make_class("cat"))
    assert not Gold.objects.filter(drawing=drawing).exists()


@pytest.mark.parametrize("way", ["undo", "dissent", "forget"])
def test_it_is_gold_no_longer_once_they_do_not_agree(reviewer: Contributor, colleague: Contributor, way: str) -> None:
    drawing = propose("cat")
    decide(drawing, reviewer, make_class("cat"))
    decision = decide(drawing, colleague, make_class("cat"))
    if way == "undo":
        undo(decision, colleague)
    elif way == "dissent":
        give_feedback(drawing, drawing.contributor, correct=False, label=make_class("dog"))
    else:
        delete_contributor_data(colleague)
    assert not Gold.objects.exists()


def test_what_staff_marked_stays_gold_whatever_others_say(reviewer: Contributor, colleague: Contributor) -> None:
    drawing = make_drawing("cat", label="cat")
    assert reviewer.user
    gold.mark([drawing], by=reviewer.user)
    give_feedback(drawing, colleague, correct=False, label=make_class("dog"), by_staff=True)
    assert Gold.objects.get().drawing == drawing


@pytest.mark.django_db(transaction=True)
def test_two_answers_of_one_reviewer_at_once_are_one(reviewer: Contributor) -> None:
    drawing = make_gold("cat")
    start = Barrier(2)

    def answer() -> None:
        start.wait()
        decide(drawing, reviewer, make_class("cat"))
        connection.close()

    threads = [Thread(target=answer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert GoldAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_make_one_drawing_gold(reviewer: Contributor, colleague: Contributor) -> None:
    drawing = propose("cat")
    start = Barrier(2)

    def judge(one: Contributor) -> None:
        start.wait()
        decide(drawing, one, make_class("cat"))
        connection.close()

    threads = [Thread(target=judge, args=[one]) for one in (reviewer, colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Feedback.objects.filter(by_staff=True).count() == 2
    assert Gold.objects.get().drawing == drawing
