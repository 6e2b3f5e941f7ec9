from __future__ import annotations

import pytest

from recognition.labeling.decisions import Decision, decide, hide, undo
from recognition.labeling.feedback import give_feedback
from recognition.models import Contributor, Drawing, Exhibit, Feedback, ModelVersion
from recognition.moderation import moderate, report
from tests.factories import fail_on_gold, make_class, make_drawing, make_prediction, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> ModelVersion:
    return make_version()


@pytest.fixture
def reviewer() -> Contributor:
    return Contributor.objects.create()


def state(drawing: Drawing) -> tuple[str, str, str]:
    drawing.refresh_from_db()
    return str(drawing.label), drawing.status, drawing.moderation


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
    decision = Decision.snapshot(drawing, reviewer)
    drawing.delete()
    undo(decision, reviewer)


def other_reviewer() -> Contributor:
    return Contributor.objects.create()


def test_undoing_after_somebody_else_has_judged_leaves_his_word(confirmed: Drawing, reviewer: Contributor) -> None:
    mine = decide(confirmed, reviewer, make_class("house"))
    decide(confirmed, other_reviewer(), make_class("dog"))
    undo(mine, reviewer)
    assert state(confirmed)[:2] == ("dog", "accepted")


def test_undoing_does_not_show_what_somebody_else_has_hidden_since(reviewer: Contributor) -> None:
    drawing = make_drawing("cat", label="cat")
    report(drawing, Contributor(), "rude")
    mine = decide(drawing, reviewer, make_class("cat"))
    moderate(drawing, Drawing.Moderation.HIDDEN)
    undo(mine, reviewer)
    assert state(drawing)[2] == "hidden"


def test_two_reviewers_at_once_both_have_said_it_and_the_later_word_counts(reviewer: Contributor) -> None:
    drawing = make_drawing("cat")
    decide(drawing, reviewer, make_class("cat"))
    decide(drawing, other_reviewer(), make_class("dog"))
    assert state(drawing)[:2] == ("dog", "accepted")
    assert Feedback.objects.filter(by_staff=True).count() == 2


def test_a_decision_remembered_before_an_update_can_be_undone_after_it(
    confirmed: Drawing, reviewer: Contributor
) -> None:
    decide(confirmed, reviewer, make_class("house"))
    undo(Decision(drawing_id=str(confirmed.pk), moderation="", before=None), reviewer)
    assert state(confirmed)[0] == "cat"


def test_whom_we_do_not_trust_hides_only_until_somebody_else_has_looked(reviewer: Contributor) -> None:
    drawing = make_drawing("cat", label="cat")
    fail_on_gold(reviewer)
    hide(drawing, reviewer)
    assert state(drawing)[2] == "reported"
    hide(drawing, other_reviewer())
    assert state(drawing)[1:] == ("rejected", "hidden")


def test_whom_we_do_not_trust_shows_nothing_that_was_reported(reviewer: Contributor) -> None:
    drawing = make_drawing("cat", label="cat")
    report(drawing, Contributor(), "rude")
    fail_on_gold(reviewer)
    decide(drawing, reviewer, make_class("cat"))
    assert state(drawing)[2] == "reported"
