from __future__ import annotations

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from recognition.imaging.rasterize import rasterize
from recognition.models import Contributor, Drawing
from tests.factories import make_drawing, make_prediction, make_user, make_version, strokes_of

pytestmark = pytest.mark.django_db


def test_the_pixels_are_those_that_were_stored() -> None:
    drawing = Drawing.objects.get(pk=make_drawing("cat").pk)

    assert np.array_equal(drawing.pixels(), rasterize(strokes_of("cat")))


def test_only_accepted_drawings_are_learnt_from() -> None:
    accepted = make_drawing(label="cat")
    make_drawing(status=Drawing.Status.PROPOSED)

    assert list(Drawing.objects.accepted()) == [accepted]


def test_the_first_prediction_is_the_one_made_when_the_drawing_came() -> None:
    drawing = make_drawing()
    first = make_prediction(drawing, make_version())
    make_prediction(drawing, make_version())

    assert drawing.first_prediction() == first
    assert Drawing.objects.with_predictions().get().first_prediction() == first


def test_a_drawing_may_have_no_prediction() -> None:
    assert make_drawing().first_prediction() is None


def test_predictions_of_many_drawings_come_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    version = make_version()
    for _ in range(3):
        make_prediction(make_drawing(), version)

    with django_assert_num_queries(2):
        numbers = [
            drawing.first_prediction().model_version.number  # type: ignore[union-attr]
            for drawing in Drawing.objects.with_predictions()
        ]

    assert numbers == [1, 1, 1]


def test_asking_for_no_prediction_leaves_nothing_out() -> None:
    drawing = make_drawing()

    assert list(Drawing.objects.all().predicted()) == [drawing]


def test_a_contributor_uses_a_key_once() -> None:
    contributor = Contributor.objects.create()
    make_drawing(contributor=contributor, idempotency_key="key")
    make_drawing(idempotency_key="key")

    with pytest.raises(IntegrityError), transaction.atomic():
        make_drawing(contributor=contributor, idempotency_key="key")


def test_the_contributor_of_a_user_is_always_the_same() -> None:
    user = make_user()

    assert Contributor.objects.of_user(user) == Contributor.objects.of_user(user)


def test_a_contributor_is_stored_once() -> None:
    contributor = Contributor()

    contributor.ensure_stored()
    Contributor(pk=contributor.pk).ensure_stored()

    assert Contributor.objects.get() == contributor
