from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from recognition.imaging.sketch import Sketch
from recognition.models import Contributor, Drawing, Prediction
from recognition.serving.model_loader import NoModelInService
from recognition.serving.predict import guess
from recognition.submission import recognize_and_store
from tests.factories import make_class, make_version, strokes_of

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
