from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from recognition.labeling.policy import update_label
from recognition.models import Contributor, Drawing, Feedback
from tests.factories import make_class, make_drawing

pytestmark = pytest.mark.django_db

ACCEPTED, PROPOSED = Drawing.Status.ACCEPTED, Drawing.Status.PROPOSED
UNLABELLED, REJECTED = Drawing.Status.UNLABELLED, Drawing.Status.REJECTED


@pytest.fixture
def drawing() -> Drawing:
    return make_drawing()


@pytest.fixture(params=["owner", "agreement", "staff"])
def every_policy(request: pytest.FixtureRequest, settings: Settings) -> None:
    settings.LABEL_POLICY = request.param


def say(drawing: Drawing, label: str | None, *, owner: bool = False, by_staff: bool = False, minute: int = 0) -> None:
    feedback = Feedback.objects.create(
        drawing=drawing,
        contributor=drawing.contributor if owner else Contributor.objects.create(),
        correct=False,
        label=make_class(label) if label else None,
        by_staff=by_staff,
    )
    Feedback.objects.filter(pk=feedback.pk).update(updated_at=timezone.now() + timedelta(minutes=minute))


def outcome(drawing: Drawing) -> tuple[str | None, str]:
    update_label(drawing)
    drawing.refresh_from_db()
    return drawing.label and drawing.label.name, drawing.status


def test_nothing_said_is_no_label(drawing: Drawing, every_policy: None) -> None:
    assert outcome(drawing) == (None, UNLABELLED)


def test_what_was_asked_for_is_proposed(every_policy: None) -> None:
    assert outcome(make_drawing(prompt=make_class("cat"))) == ("cat", PROPOSED)


def test_whoever_says_none_of_these_takes_back_what_was_asked_for(every_policy: None) -> None:
    drawing = make_drawing(prompt=make_class("cat"))
    say(drawing, None)

    assert outcome(drawing) == (None, UNLABELLED)


def test_staffs_word_always_counts(drawing: Drawing, every_policy: None) -> None:
    say(drawing, "cat", owner=True)
    say(drawing, "cat")
    say(drawing, "house", by_staff=True)

    assert outcome(drawing) == ("house", ACCEPTED)


def test_staffs_latest_word_counts(drawing: Drawing, every_policy: None) -> None:
    say(drawing, "house", by_staff=True, minute=1)
    say(drawing, "fish", by_staff=True, minute=0)

    assert outcome(drawing) == ("house", ACCEPTED)


def test_staff_rejects_by_none_of_these(drawing: Drawing, every_policy: None) -> None:
    say(drawing, "cat", owner=True)
    say(drawing, None, by_staff=True)

    assert outcome(drawing) == (None, REJECTED)


def test_the_owners_word_is_enough_under_the_owner_policy(drawing: Drawing, settings: Settings) -> None:
    settings.LABEL_POLICY = "owner"
    say(drawing, "fish")
    say(drawing, "fish")
    say(drawing, "cat", owner=True)

    assert outcome(drawing) == ("cat", ACCEPTED)


def test_others_only_propose_under_the_owner_policy(drawing: Drawing, settings: Settings) -> None:
    settings.LABEL_POLICY = "owner"
    say(drawing, "fish")
    say(drawing, "fish")

    assert outcome(drawing) == ("fish", PROPOSED)


def test_two_who_agree_are_enough_under_the_agreement_policy(drawing: Drawing, settings: Settings) -> None:
    settings.LABEL_POLICY = "agreement"
    say(drawing, "fish")
    say(drawing, "cat", owner=True)
    say(drawing, "cat")

    assert outcome(drawing) == ("cat", ACCEPTED)


def test_one_is_not_enough_under_the_agreement_policy(drawing: Drawing, settings: Settings) -> None:
    settings.LABEL_POLICY = "agreement"
    say(drawing, "cat", owner=True)
    say(drawing, "fish", minute=1)

    assert outcome(drawing) == ("fish", PROPOSED)


def test_two_pairs_who_disagree_settle_nothing(drawing: Drawing, settings: Settings) -> None:
    settings.LABEL_POLICY = "agreement"
    for label in ("cat", "fish", "cat", "fish"):
        say(drawing, label)

    assert outcome(drawing)[1] == PROPOSED


def test_people_only_propose_under_the_staff_policy(drawing: Drawing, settings: Settings) -> None:
    settings.LABEL_POLICY = "staff"
    say(drawing, "cat", owner=True)
    say(drawing, "cat")

    assert outcome(drawing) == ("cat", PROPOSED)
