from __future__ import annotations

import pytest

from recognition.labeling.decisions import decide
from recognition.labeling.feedback import give_feedback
from recognition.labeling.review_item import ReviewContext, review_context
from recognition.labeling.review_queue import ReviewItem, ReviewReason
from recognition.models import Contributor, Drawing
from tests.factories import make_class, make_drawing, make_gold, make_prediction, make_version, propose

pytestmark = pytest.mark.django_db

REVIEWERS = 20


@pytest.fixture
def known() -> Drawing:
    """A gold cat that the network recognizes, and of which its owner said so."""
    drawing = make_gold("cat")
    make_prediction(drawing, make_version())
    give_feedback(drawing, drawing.contributor, correct=True, label=None)
    return drawing


def shown(drawing: Drawing, reason: ReviewReason = ReviewReason.PROPOSED, *, is_gold: bool = False) -> ReviewContext:
    return review_context(ReviewItem(drawing.pk, reason, is_gold), Contributor())


def test_what_other_reviewers_said_is_not_shown_and_does_not_sway() -> None:
    drawing = propose("cat")
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class("house"))
    decide(drawing, Contributor.objects.create(), make_class("dog"))
    found = shown(drawing, ReviewReason.AGAIN)
    assert (found.proposal, found.prompt, list(found.feedback)) == ("house", "cat", ["house"])


def test_what_people_said_goes_before_what_was_asked_for_and_that_before_the_guess() -> None:
    drawing = make_drawing("cat")
    make_prediction(drawing, make_version())
    assert shown(drawing).proposal == "cat"
    asked = make_drawing("cat", prompt=make_class("house"))
    assert shown(asked).proposal == "house"


def test_half_of_what_is_proposed_for_gold_is_wrong(known: Drawing) -> None:
    proposals = [shown(known, ReviewReason.AGAIN, is_gold=True).proposal for _ in range(100)]
    assert 25 < proposals.count("cat") < 75


def test_nothing_about_gold_gives_the_truth_away(known: Drawing) -> None:
    for _ in range(REVIEWERS):
        found = shown(known, ReviewReason.AGAIN, is_gold=True)
        assert (found.prompt, list(found.feedback)) == (found.proposal, [])


def test_gold_looks_the_same_when_the_page_is_loaded_again(known: Drawing) -> None:
    reviewer = Contributor()
    item = ReviewItem(known.pk, ReviewReason.AGAIN, is_gold=True)
    assert review_context(item, reviewer).proposal == review_context(item, reviewer).proposal


def test_gold_among_contradicted_drawings_is_contradicted(known: Drawing) -> None:
    for _ in range(REVIEWERS):
        found = shown(known, ReviewReason.CONTRADICTED, is_gold=True)
        assert found.reason is ReviewReason.CONTRADICTED
        assert found.proposal != "cat"
        assert list(found.feedback) == [found.proposal]


def test_gold_that_the_network_is_sure_of_is_not_called_unsure(known: Drawing) -> None:
    assert shown(known, ReviewReason.UNSURE, is_gold=True).reason is ReviewReason.PROPOSED


def test_gold_that_no_network_has_seen_and_no_other_class_can_still_be_shown() -> None:
    found = shown(make_gold("cat"), ReviewReason.CONTRADICTED, is_gold=True)
    assert (found.reason, found.proposal) == (ReviewReason.PROPOSED, "cat")
