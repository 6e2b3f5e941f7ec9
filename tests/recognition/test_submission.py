from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from recognition.imaging.sketch import Sketch
from recognition.models import Contributor, Drawing, Feedback, Prediction
from recognition.serving.model_loader import NoModelInService
from recognition.serving.predict import guess
from recognition.submission import NothingPredicted, give_feedback, recognize_and_store
from tests.factories import make_class, make_drawing, make_prediction, make_version, strokes_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cat() -> Sketch:
    return Sketch.of_strokes(strokes_of("cat"))


def test_a_guess_is_not_stored(cat: Sketch) -> None:
    version = make_version()

    prediction = guess(cat, Contributor())

    assert (prediction.label, prediction.model_version) == ("cat", version)
    assert prediction.milliseconds > cat.milliseconds
    assert not Prediction.objects.exists()


def test_without_a_model_in_service_there_is_no_guess(cat: Sketch) -> None:
    with pytest.raises(NoModelInService):
        guess(cat, Contributor())


def test_a_contributor_is_stored_with_the_first_drawing(cat: Sketch) -> None:
    contributor = Contributor()

    recognize_and_store(cat, contributor, source=Drawing.Source.PAGE)
    recognize_and_store(cat, contributor, source=Drawing.Source.PAGE)

    assert Contributor.objects.get() == contributor
    assert Drawing.objects.filter(contributor=contributor).count() == 2


def test_what_was_asked_for_is_proposed_as_the_label(cat: Sketch) -> None:
    drawing = recognize_and_store(cat, Contributor(), source=Drawing.Source.GAME, prompt=make_class("cat")).drawing

    drawing.refresh_from_db()
    assert (drawing.label, drawing.status) == (make_class("cat"), Drawing.Status.PROPOSED)


def test_a_drawing_keeps_what_was_asked_for(cat: Sketch) -> None:
    answer = recognize_and_store(cat, Contributor(), source=Drawing.Source.GAME, prompt=make_class("cat"))

    answer.drawing.refresh_from_db()
    assert answer.drawing.prompt == make_class("cat")
    assert answer.drawing.source == Drawing.Source.GAME


def test_a_prediction_that_cannot_be_stored_takes_the_drawing_with_it(
    cat: Sketch, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_version()

    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Prediction, "save", fails)
    with pytest.raises(ZeroDivisionError):
        recognize_and_store(cat, Contributor(), source=Drawing.Source.API)

    assert not Drawing.objects.exists()
    assert not Contributor.objects.exists()


def test_a_key_is_looked_up_before_anything_is_recognized(
    cat: Sketch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_version()
    contributor = Contributor()
    first = recognize_and_store(cat, contributor, source=Drawing.Source.API, idempotency_key="key")

    with django_assert_num_queries(2):
        again = recognize_and_store(cat, contributor, source=Drawing.Source.API, idempotency_key="key")

    assert again.repeated
    assert (again.drawing, again.prediction) == (first.drawing, first.prediction)


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
