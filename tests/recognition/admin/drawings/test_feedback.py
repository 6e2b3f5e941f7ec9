from __future__ import annotations

import pytest
from django.test import Client

from recognition.models import Contributor, Feedback
from tests.factories import make_class, make_drawing

pytestmark = pytest.mark.django_db

LIST = "/admin/recognition/feedback/"


@pytest.fixture
def words() -> dict[str, Feedback]:
    """What who drew it, somebody else and staff say about one drawing."""
    drawing = make_drawing("cat", label="cat")

    def say(contributor: Contributor, *, correct: bool = False, by_staff: bool = False) -> Feedback:
        return Feedback.objects.create(
            drawing=drawing, contributor=contributor, correct=correct, label=make_class("cat"), by_staff=by_staff
        )

    return {
        "owner": say(drawing.contributor, correct=True),
        "other": say(Contributor.objects.create()),
        "staff": say(Contributor.objects.create(), by_staff=True),
    }


@pytest.mark.parametrize("who", ["owner", "other", "staff"])
def test_feedback_is_found_by_who_gave_it(admin_client: Client, words: dict[str, Feedback], who: str) -> None:
    assert list(admin_client.get(LIST, {"who": who}).context["cl"].result_list) == [words[who]]


def test_feedback_is_found_by_whether_the_guess_was_right(admin_client: Client, words: dict[str, Feedback]) -> None:
    assert list(admin_client.get(LIST, {"correct__exact": "1"}).context["cl"].result_list) == [words["owner"]]


def test_the_list_shows_drawing_label_and_who(admin_client: Client, words: dict[str, Feedback]) -> None:
    listed = admin_client.get(LIST).content.decode()
    assert "data:image/png;base64," in listed
    for text in ("right: cat", "wrong: cat", "who drew it", "somebody else", "staff"):
        assert text in listed


def test_the_list_shows_nobodys_identity(admin_client: Client, words: dict[str, Feedback]) -> None:
    listed = admin_client.get(LIST).content.decode()
    assert not any(str(one.contributor_id)[:8] in listed for one in words.values())
