from __future__ import annotations

import pytest
from pytest_django import Settings

from recognition.labeling.feedback import give_feedback
from recognition.labeling.policy import update_label
from recognition.models import Contributor, Drawing, Exhibit, Feedback, Report
from recognition.moderation import moderate, report
from recognition.privacy.deletion import delete_contributor_data
from tests.factories import make_class, make_drawing, make_prediction, make_version

pytestmark = pytest.mark.django_db

Moderation = Drawing.Moderation


def shown() -> list[Drawing]:
    return [exhibit.drawing for exhibit in Exhibit.objects.select_related("drawing")]


@pytest.fixture
def drawing() -> Drawing:
    """A cat that the tiny network recognizes, and that its owner confirmed."""
    drawing = make_drawing("cat")
    make_class("cat")
    make_prediction(drawing, make_version())
    give_feedback(drawing, drawing.contributor, correct=True, label=None)
    return drawing


def test_an_accepted_drawing_is_shown_with_what_it_is_found_by(drawing: Drawing) -> None:
    exhibit = Exhibit.objects.get()
    assert exhibit.drawing == drawing
    assert exhibit.drawn_at == drawing.created_at
    assert (exhibit.label.name, exhibit.guess, exhibit.right, exhibit.version) == ("cat", "cat", True, 1)
    assert exhibit.band == 4


def test_a_drawing_that_nobody_named_is_not_shown() -> None:
    update_label(make_drawing("cat"))
    assert shown() == []


def test_a_drawing_that_no_network_saw_is_shown_without_a_guess() -> None:
    drawing = make_drawing("cat")
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class("cat"))
    exhibit = Exhibit.objects.get()
    assert (exhibit.guess, exhibit.band, exhibit.right, exhibit.version) == ("", None, None, None)


def test_another_label_changes_what_it_is_found_by(drawing: Drawing) -> None:
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class("dog"))
    exhibit = Exhibit.objects.get()
    assert (exhibit.label.name, exhibit.right) == ("dog", False)


def test_a_drawing_that_staff_reject_is_shown_no_more(drawing: Drawing) -> None:
    give_feedback(drawing, Contributor.objects.create(), correct=False, label=None, by_staff=True)
    assert shown() == []


def test_a_reported_drawing_is_hidden_until_it_is_approved(drawing: Drawing) -> None:
    report(drawing, Contributor(), "rude")
    assert shown() == []
    moderate(drawing, Moderation.APPROVED)
    assert shown() == [drawing]
    report(drawing, Contributor(), "still rude")
    assert shown() == [drawing]
    assert Report.objects.count() == 2


def test_reporting_twice_keeps_the_last_reason(drawing: Drawing) -> None:
    somebody = Contributor.objects.create()
    report(drawing, somebody, "rude")
    report(drawing, somebody, "very rude")
    assert Report.objects.get().reason == "very rude"


def test_a_hidden_drawing_stays_hidden_whatever_its_label_becomes(drawing: Drawing) -> None:
    moderate(drawing, Moderation.HIDDEN)
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class("dog"))
    assert shown() == []


def test_a_moderated_gallery_shows_only_what_was_approved(drawing: Drawing, settings: Settings) -> None:
    settings.GALLERY_MODERATED = True
    update_label(drawing)
    assert shown() == []
    moderate(drawing, Moderation.APPROVED)
    assert shown() == [drawing]


def test_who_is_forgotten_is_gone_from_the_gallery(drawing: Drawing) -> None:
    delete_contributor_data(drawing.contributor)
    assert not Exhibit.objects.exists()
    assert not Feedback.objects.exists()


def test_a_private_drawing_stays_private_whatever_others_decide(drawing: Drawing) -> None:
    Drawing.objects.filter(pk=drawing.pk).update(moderation=Moderation.PRIVATE)
    moderate(drawing, Moderation.APPROVED)
    report(drawing, Contributor(), "rude")
    update_label(Drawing.objects.get())
    assert Drawing.objects.get().moderation == Moderation.PRIVATE
    assert shown() == []


def test_the_gallery_knows_which_drawings_a_person_approved(drawing: Drawing) -> None:
    assert not Exhibit.objects.get().approved
    moderate(drawing, Moderation.APPROVED)
    assert Exhibit.objects.get().approved
