from __future__ import annotations

import pytest

from recognition.labeling.feedback import NothingPredicted, give_feedback
from recognition.models import Contributor, Drawing, Feedback, Prediction
from tests.factories import make_class, make_drawing, make_prediction, make_version

pytestmark = pytest.mark.django_db


def test_feedback_settles_the_label_of_the_drawing_it_returns() -> None:
    drawing = make_drawing("cat")

    feedback = give_feedback(drawing, drawing.contributor, correct=False, label=make_class("dog"))

    assert feedback.drawing.label == make_class("dog")
    assert feedback.drawing.status == Drawing.Status.ACCEPTED


def test_a_right_guess_is_what_was_said_when_the_drawing_came() -> None:
    drawing = make_drawing("cat")
    first, later = make_prediction(drawing, make_version()), make_prediction(drawing, make_version())
    Prediction.objects.filter(pk=later.pk).update(label="fish")

    feedback = give_feedback(drawing, drawing.contributor, correct=True, label=None)

    assert feedback.label is not None
    assert feedback.label.name == first.label


def test_a_right_guess_of_a_class_that_was_deleted_leaves_no_label() -> None:
    drawing = make_drawing("cat")
    make_prediction(drawing, make_version())
    make_class("cat").delete()

    feedback = give_feedback(drawing, drawing.contributor, correct=True, label=None)

    assert feedback.label is None
    assert feedback.drawing.status == Drawing.Status.UNLABELLED


def test_without_a_guess_nothing_can_be_right() -> None:
    drawing = make_drawing()

    with pytest.raises(NothingPredicted):
        give_feedback(drawing, drawing.contributor, correct=True, label=None)

    assert not Feedback.objects.exists()


def test_a_new_contributor_may_judge() -> None:
    reviewer = Contributor()

    give_feedback(make_drawing(), reviewer, correct=False, label=make_class("dog"))

    assert Feedback.objects.get().contributor == reviewer
