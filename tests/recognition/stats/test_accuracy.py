from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db.models import Sum

from recognition.labeling import decisions
from recognition.labeling.feedback import give_feedback
from recognition.models import (
    BandTally,
    ClassTally,
    Contributor,
    DayTally,
    Drawing,
    Feedback,
    Judgement,
    ModelVersion,
    PairTally,
    Prediction,
)
from recognition.models.tally import TALLIES
from recognition.privacy.deletion import delete_contributor_data
from recognition.stats.accuracy import recount
from tests.factories import make_class, make_drawing, make_prediction, make_user, make_version, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> ModelVersion:
    return make_version()


@pytest.fixture
def drawing(version: ModelVersion) -> Drawing:
    """What the tiny network takes for a cat; nobody has said anything yet."""
    return drawn(version)


def drawn(version: ModelVersion, **fields: object) -> Drawing:
    make_class("cat")
    drawing = make_drawing("cat", **fields)
    make_prediction(drawing, version)
    return drawing


def totals() -> tuple[int, int]:
    """Return how many answers were judged and called right; all tallies must agree."""
    found = {
        tuple(model.objects.aggregate(judged=Sum("judged", default=0), right=Sum("right", default=0)).values())
        for model in TALLIES
    }
    assert len(found) == 1
    return found.pop()


def pairs() -> dict[tuple[str, str], int]:
    rows = PairTally.objects.exclude(judged=0).values_list("label", "guess", "judged")
    return {(label, guess): judged for label, guess, judged in rows}


def everything() -> list[set[tuple[object, ...]]]:
    fields = {
        DayTally: ["version", "day", "judged", "right"],
        BandTally: ["version", "band", "judged", "right", "confidence"],
        ClassTally: ["version", "label", "judged", "right"],
        PairTally: ["version", "label", "guess", "judged", "right"],
    }
    return [set(model.objects.exclude(judged=0).values_list(*names)) for model, names in fields.items()]


def test_an_answer_called_right_is_counted(drawing: Drawing) -> None:
    say(drawing, "cat")
    assert totals() == (1, 1)
    assert pairs() == {("cat", "cat"): 1}
    assert DayTally.objects.get().day == drawing.created_at.astimezone(UTC).date()


def test_an_answer_called_wrong_is_counted_under_what_it_was_and_what_was_said(drawing: Drawing) -> None:
    say(drawing, "dog")
    assert totals() == (1, 0)
    assert pairs() == {("dog", "cat"): 1}


def test_none_of_the_classes_has_no_name(drawing: Drawing) -> None:
    say(drawing, None)
    assert pairs() == {("", "cat"): 1}


def test_an_answer_is_counted_under_how_sure_it_was(drawing: Drawing) -> None:
    Prediction.objects.update(confidence=0.4321)
    say(drawing, "cat")
    tally = BandTally.objects.get()
    assert (tally.band, tally.confidence) == (4, 4321)


def test_being_certain_belongs_to_the_highest_band(drawing: Drawing) -> None:
    Prediction.objects.update(confidence=1.0)
    say(drawing, "cat")
    assert BandTally.objects.get().band == 9


def test_saying_the_same_twice_counts_once(drawing: Drawing) -> None:
    say(drawing, "cat")
    say(drawing, "cat")
    assert totals() == (1, 1)


def test_whoever_says_something_else_is_counted_with_that_only(drawing: Drawing) -> None:
    say(drawing, "dog")
    say(drawing, "cat")
    say(drawing, "fish")
    assert totals() == (1, 0)
    assert pairs() == {("fish", "cat"): 1}


def test_what_staff_say_about_drawings_of_others_does_not_count(drawing: Drawing) -> None:
    say(drawing, "cat")
    give_feedback(drawing, Contributor.objects.create(), correct=False, label=make_class("dog"), by_staff=True)
    assert totals() == (1, 1)


def test_what_staff_say_about_their_own_drawing_counts(drawing: Drawing) -> None:
    give_feedback(drawing, drawing.contributor, correct=True, label=None, by_staff=True)
    assert totals() == (1, 1)


def test_imported_drawings_do_not_count(version: ModelVersion) -> None:
    say(drawn(version, source=Drawing.Source.IMPORT), "cat")
    assert totals() == (0, 0)


def test_a_drawing_that_no_network_saw_does_not_count() -> None:
    drawing = make_drawing("cat")
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class("cat"))
    assert totals() == (0, 0)


def test_the_first_answer_is_the_one_that_was_judged(drawing: Drawing) -> None:
    make_prediction(drawing, make_version())
    say(drawing, "cat")
    assert set(DayTally.objects.values_list("version", flat=True)) == {1}


def test_a_deleted_drawing_is_taken_out(drawing: Drawing, version: ModelVersion) -> None:
    say(drawn(version), "dog")
    say(drawing, "cat")
    drawing.delete()
    assert totals() == (1, 0)
    assert pairs() == {("dog", "cat"): 1}


def test_many_drawings_deleted_at_once_are_taken_out(version: ModelVersion) -> None:
    for label in ("cat", "dog", "dog"):
        say(drawn(version), label)
    Drawing.objects.all().delete()
    assert totals() == (0, 0)
    assert BandTally.objects.aggregate(Sum("confidence"))["confidence__sum"] == 0


def test_a_forgotten_contributor_is_taken_out(drawing: Drawing, version: ModelVersion) -> None:
    say(drawn(version), "cat")
    say(drawing, "dog")
    delete_contributor_data(drawing.contributor)
    assert totals() == (1, 1)


def test_a_deleted_user_is_taken_out_with_all_they_drew(version: ModelVersion) -> None:
    user = make_user()
    say(drawn(version, contributor=Contributor.objects.of_user(user)), "cat")
    user.delete()
    assert totals() == (0, 0)


def test_words_that_are_taken_back_are_taken_out(version: ModelVersion) -> None:
    reviewer = Contributor.objects.of_user(make_user(staff=True))
    drawing = drawn(version, contributor=reviewer)
    decision = decisions.decide(drawing, reviewer, make_class("dog"))
    assert totals() == (1, 0)
    decisions.undo(decision, reviewer)
    assert totals() == (0, 0)
    assert not Judgement.objects.exists()


def test_a_class_that_is_deleted_stays_counted(drawing: Drawing) -> None:
    say(drawing, "dog")
    make_class("dog").delete()
    drawing.refresh_from_db()
    say(drawing, "cat")
    assert pairs() == {("cat", "cat"): 1}


def test_counting_anew_comes_to_the_same(version: ModelVersion) -> None:
    for number, label in enumerate(["cat", "dog", "cat", None]):
        drawing = drawn(version)
        Prediction.objects.filter(drawing=drawing).update(
            confidence=number / 4, created_at=datetime(2026, 5, number + 1, 23, 59, tzinfo=UTC)
        )
        say(drawing, label)
    say(drawn(version, source=Drawing.Source.IMPORT), "cat")
    make_prediction(drawing, make_version())
    counted = everything()
    assert recount() == 4
    assert everything() == counted
    assert len(counted[0]) == 4


def test_counting_anew_puts_right_what_was_changed_by_hand(drawing: Drawing) -> None:
    say(drawing, "cat")
    DayTally.objects.update(judged=99)
    PairTally.objects.all().delete()
    Feedback.objects.update(correct=False, label=make_class("dog"))
    call_command("recount")
    assert totals() == (1, 0)
    assert pairs() == {("dog", "cat"): 1}


def test_counting_anew_forgets_what_an_earlier_release_has_deleted(drawing: Drawing) -> None:
    say(drawing, "cat")
    Feedback.objects.all().delete()
    assert recount() == 0
    assert totals() == (0, 0)
