from __future__ import annotations

import pytest

from recognition.gallery import report
from recognition.models import Contributor, Drawing, Exhibit, Feedback, ModelVersion
from recognition.review import Decision, Doubt, decide, hide, queue, undo
from recognition.services import give_feedback
from tests.factories import make_class, make_drawing, make_prediction, make_version, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> ModelVersion:
    return make_version()


@pytest.fixture
def reviewer() -> Contributor:
    return Contributor.objects.create()


def doubts() -> dict[Drawing, Doubt]:
    return {Drawing.objects.get(pk=case.drawing_id): case.doubt for case in queue(set())}


def state(drawing: Drawing) -> tuple[str, str, str]:
    drawing.refresh_from_db()
    return str(drawing.label), drawing.status, drawing.moderation


def test_every_kind_of_doubt_is_told_worst_first(version: ModelVersion) -> None:
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
    assert doubts() == {
        reported: Doubt.REPORTED,
        contradicted: Doubt.CONTRADICTED,
        disagreed: Doubt.DISAGREED,
        unsure: Doubt.UNSURE,
        proposed: Doubt.PROPOSED,
    }
    assert list(doubts().values()) == list(Doubt)


def test_what_nobody_doubts_is_not_asked_about(version: ModelVersion) -> None:
    make_prediction(make_drawing("cat", label="cat"), version)
    make_prediction(make_drawing("cat"), version)
    assert doubts() == {}


def test_what_was_decided_or_skipped_does_not_come_again(version: ModelVersion, reviewer: Contributor) -> None:
    decided, skipped = (propose("cat") for _ in range(2))
    decide(decided, reviewer, make_class("cat"))
    assert [case.drawing_id for case in queue(set())] == [skipped.pk]
    assert queue({str(skipped.pk)}) == []


def test_a_decision_is_what_training_learns(version: ModelVersion, reviewer: Contributor) -> None:
    drawing = make_drawing("cat")
    make_prediction(drawing, version)
    decide(drawing, reviewer, make_class("house"))
    assert state(drawing) == ("house", "accepted", "")
    feedback = Feedback.objects.get()
    assert (feedback.by_staff, feedback.correct) == (True, False)


def test_none_of_the_classes_rejects(reviewer: Contributor) -> None:
    drawing = make_drawing("cat", label="cat")
    decide(drawing, reviewer, None)
    assert state(drawing) == ("None", "rejected", "")


def test_a_reported_drawing_that_gets_a_label_is_shown_again(reviewer: Contributor) -> None:
    drawing = make_drawing("cat", label="cat")
    report(drawing, Contributor(), "rude")
    decide(drawing, reviewer, make_class("cat"))
    assert Exhibit.objects.filter(drawing=drawing).exists()


def test_an_inappropriate_drawing_is_neither_shown_nor_learnt(reviewer: Contributor) -> None:
    drawing = make_drawing("cat", label="cat")
    hide(drawing, reviewer)
    assert state(drawing)[1:] == ("rejected", "hidden")
    assert not Exhibit.objects.exists()


@pytest.fixture
def confirmed() -> Drawing:
    """A drawing that its owner calls a cat."""
    drawing = make_drawing("cat")
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class("cat"))
    return drawing


def test_every_decision_can_be_undone(confirmed: Drawing, reviewer: Contributor) -> None:
    before = state(confirmed)
    for decision in (lambda: hide(confirmed, reviewer), lambda: decide(confirmed, reviewer, make_class("house"))):
        done = decision()
        assert state(confirmed) != before
        undo(done, reviewer)
        assert state(confirmed) == before
        assert Exhibit.objects.get().label == make_class("cat")


def test_undoing_brings_back_what_the_reviewer_said_before(confirmed: Drawing, reviewer: Contributor) -> None:
    decide(confirmed, reviewer, make_class("dog"))
    undo(decide(confirmed, reviewer, make_class("house")), reviewer)
    assert state(confirmed)[0] == "dog"


def test_undoing_what_was_decided_of_a_deleted_drawing_does_nothing(reviewer: Contributor) -> None:
    drawing = make_drawing("cat")
    decision = Decision.about(drawing, reviewer)
    drawing.delete()
    undo(decision, reviewer)
