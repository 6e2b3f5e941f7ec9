from __future__ import annotations

import pytest

from recognition.infra.words import InvalidWord
from recognition.labeling import word_proposals
from recognition.labeling.feedback import give_feedback
from recognition.labeling.word_proposals import normalized, propose
from recognition.models import AuditEntry, DoodleClass, Drawing, WordProposal
from recognition.privacy.deletion import delete_contributor_data
from tests.factories import make_class, make_drawing

pytestmark = pytest.mark.django_db


@pytest.fixture
def yachts() -> list[Drawing]:
    """Two drawings that are yachts, in the opinion of who drew them."""
    drawings = [make_drawing(), make_drawing()]
    for drawing in drawings:
        give_feedback(drawing, drawing.contributor, correct=False, label=None, proposal=propose("yacht"))
    return drawings


@pytest.mark.parametrize(
    ("text", "word"), [("Yacht", "yacht"), ("  hot   dog ", "hot dog"), ("T-Shirt", "t-shirt"), ("ÉCLAIR", "éclair")]
)
def test_a_word_is_written_as_the_classes_are(text: str, word: str) -> None:
    assert normalized(text) == word


def test_a_word_in_another_form_is_the_same_proposal() -> None:
    assert propose("stra\u00dfe") == propose("strasse")
    assert propose("pi\u00f1ata") == propose("pin\u0303ata")


@pytest.mark.parametrize("text", ["", "   ", "<b>", "-", "a" * 65, "a\u202eb", "🍕"])
def test_what_cannot_be_a_class_is_no_word(text: str) -> None:
    with pytest.raises(InvalidWord):
        normalized(text)


def test_an_accepted_word_becomes_a_class_with_the_drawings_it_was_proposed_for(yachts: list[Drawing]) -> None:
    word_proposals.accept(WordProposal.objects.get())

    yacht = DoodleClass.objects.active().get(name="yacht")
    assert {drawing.label for drawing in Drawing.objects.all()} == {yacht}
    assert {drawing.status for drawing in Drawing.objects.all()} == {Drawing.Status.ACCEPTED}
    assert AuditEntry.objects.filter(detail="yacht accepted").exists()


def test_an_accepted_word_activates_the_class_that_there_was(yachts: list[Drawing]) -> None:
    DoodleClass.objects.create(name="Yacht", active=False)
    word_proposals.accept(WordProposal.objects.get())

    assert [one.name for one in DoodleClass.objects.active()] == ["Yacht"]


def test_what_a_person_said_later_stays(yachts: list[Drawing]) -> None:
    cat = make_class("cat")
    give_feedback(yachts[0], yachts[0].contributor, correct=False, label=cat)
    word_proposals.accept(WordProposal.objects.get())

    yachts[0].refresh_from_db()
    assert yachts[0].label == cat


def test_a_refused_word_stays_refused(yachts: list[Drawing]) -> None:
    word_proposals.refuse(WordProposal.objects.get())

    assert propose("yacht").status == WordProposal.Status.REFUSED
    assert not DoodleClass.objects.filter(name="yacht").exists()
    assert Drawing.objects.filter(status=Drawing.Status.UNLABELLED).count() == 2


def test_a_word_whose_class_was_switched_off_can_be_proposed_again(yachts: list[Drawing]) -> None:
    word_proposals.accept(WordProposal.objects.get())
    DoodleClass.objects.update(active=False)

    assert propose("yacht").status == WordProposal.Status.OPEN


def test_a_word_goes_with_the_last_who_proposed_it(yachts: list[Drawing]) -> None:
    delete_contributor_data(yachts[0].contributor)
    assert WordProposal.objects.exists()
    delete_contributor_data(yachts[1].contributor)
    assert not WordProposal.objects.exists()
