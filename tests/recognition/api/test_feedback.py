from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from recognition.models import Contributor, Drawing, Feedback, ModelVersion, WordProposal
from tests.factories import make_class, make_drawing, make_prediction, strokes_of
from tests.recognition.api.conftest import with_cookie


@pytest.fixture
def drawing(db: None, contributor: Contributor, version: ModelVersion) -> Drawing:
    """A cat of the browser's contributor, which the network took for a cat."""
    contributor.save()
    drawing = make_drawing("cat", contributor=contributor)
    make_prediction(drawing, version)
    return drawing


def say(client: APIClient, drawing: Drawing, **body: Any) -> tuple[int, dict[str, Any]]:
    response = client.put(f"/api/v1/drawings/{drawing.pk}/feedback/", body)
    return response.status_code, response.json()


def test_a_right_guess_becomes_the_label(browser: APIClient, drawing: Drawing) -> None:
    status, answer = say(browser, drawing, correct=True)

    assert status == 200
    assert (answer["correct"], answer["label"]) == (True, "cat")
    assert answer["drawing"] == {"id": str(drawing.pk), "label": "cat", "status": "accepted"}


def test_a_wrong_guess_is_corrected(browser: APIClient, drawing: Drawing) -> None:
    _, answer = say(browser, drawing, correct=False, label="fish")

    assert (answer["correct"], answer["label"]) == (False, "fish")
    drawing.refresh_from_db()
    assert drawing.label == make_class("fish")
    assert drawing.status == Drawing.Status.ACCEPTED


@pytest.mark.parametrize("body", [{"correct": False}, {"correct": False, "label": None}])
def test_none_of_these_leaves_the_drawing_without_a_label(
    browser: APIClient, drawing: Drawing, body: dict[str, Any]
) -> None:
    _, answer = say(browser, drawing, **body)

    assert answer["label"] is None
    assert answer["drawing"]["status"] == "unlabelled"


@pytest.mark.parametrize("correct", [True, False])
def test_null_is_the_same_as_left_out(browser: APIClient, drawing: Drawing, correct: bool) -> None:
    assert say(browser, drawing, correct=correct, label=None, word=None, feedback_token=None)[0] == 200


def test_what_is_required_may_not_be_null(browser: APIClient, drawing: Drawing) -> None:
    assert say(browser, drawing, correct=None) == (400, {"correct": ["This field may not be null."]})


def test_repeating_replaces(browser: APIClient, drawing: Drawing) -> None:
    say(browser, drawing, correct=True)
    _, answer = say(browser, drawing, correct=False, label="fish")

    assert answer["drawing"]["label"] == "fish"
    assert Feedback.objects.count() == 1


def test_the_label_may_be_written_in_any_case(browser: APIClient, drawing: Drawing) -> None:
    assert say(browser, drawing, correct=False, label="FISH")[1]["label"] == "fish"


def test_whoever_has_the_feedback_token_may_judge(api: APIClient) -> None:
    make_class("cat")
    answer = api.post("/api/v1/drawings/", {"strokes": strokes_of("cat")}).json()
    judgement = {"correct": False, "label": "cat", "feedback_token": answer["feedback_token"]}

    response = APIClient().put(answer["url"] + "feedback/", judgement)

    assert response.status_code == 200
    assert Feedback.objects.get().contributor == Drawing.objects.get().contributor


def test_the_feedback_token_may_come_in_a_header_but_not_in_the_address(api: APIClient) -> None:
    make_class("cat")
    answer = api.post("/api/v1/drawings/", {"strokes": strokes_of("cat")}).json()
    address, token = f"{answer['url']}feedback/", answer["feedback_token"]
    said = {"correct": False, "label": "cat"}

    assert api.put(f"{address}?feedback_token={token}", said).status_code == 403  # proxies log addresses
    assert api.put(address, said, headers={"Feedback-Token": token}).status_code == 200


@pytest.mark.parametrize(("days", "status"), [(29, 200), (31, 403)])
def test_a_feedback_token_expires_after_thirty_days(api: APIClient, days: int, status: int) -> None:
    make_class("cat")
    answer = api.post("/api/v1/drawings/", {"strokes": strokes_of("cat")}).json()
    Drawing.objects.update(stored_at=timezone.now() - timedelta(days=days))
    said = {"correct": False, "label": "cat", "feedback_token": answer["feedback_token"]}

    assert api.put(f"{answer['url']}feedback/", said).status_code == status


@pytest.mark.parametrize("moderation", [Drawing.Moderation.REPORTED, Drawing.Moderation.HIDDEN])
def test_a_feedback_token_does_not_open_a_hidden_drawing(api: APIClient, moderation: str) -> None:
    make_class("cat")
    answer = api.post("/api/v1/drawings/", {"strokes": strokes_of("cat")}).json()
    Drawing.objects.update(moderation=moderation)
    said = {"correct": False, "label": "cat", "feedback_token": answer["feedback_token"]}

    response = api.put(f"{answer['url']}feedback/", said)

    assert (response.status_code, response.json()["detail"]) == (404, "There is no such drawing.")


def test_the_feedback_token_of_another_drawing_opens_nothing(api: APIClient, drawing: Drawing) -> None:
    answer = api.post("/api/v1/drawings/", {"strokes": strokes_of("cat")}).json()

    status, _ = say(api, drawing, correct=True, feedback_token=answer["feedback_token"])

    assert status == 403
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "é", "x" * 5000])
def test_a_made_up_feedback_token_opens_nothing(api: APIClient, drawing: Drawing, token: str) -> None:
    assert say(api, drawing, correct=True, feedback_token=token)[0] in (400, 403)
    assert not Feedback.objects.exists()


def test_somebody_elses_drawing_is_not_judged(drawing: Drawing) -> None:
    stranger = with_cookie(APIClient(), Contributor())

    status, answer = say(stranger, drawing, correct=True)

    assert status == 403
    assert "Only its owner" in answer["detail"]
    assert not Feedback.objects.exists()
    assert Contributor.objects.count() == 1


def test_a_drawing_that_does_not_exist_is_not_found(browser: APIClient) -> None:
    assert browser.put(f"/api/v1/drawings/{uuid.uuid4()}/feedback/", {"correct": False}).status_code == 404


def test_staffs_word_counts_as_staffs(staff: APIClient, drawing: Drawing) -> None:
    _, answer = say(staff, drawing, correct=False, label="house")

    assert answer["drawing"] == {"id": str(drawing.pk), "label": "house", "status": "accepted"}
    assert Feedback.objects.get().by_staff


def test_staff_rejects_a_drawing_by_none_of_these(staff: APIClient, drawing: Drawing) -> None:
    assert say(staff, drawing, correct=False)[1]["drawing"]["status"] == "rejected"


def test_staff_programs_need_the_scope(program: Callable[..., APIClient], drawing: Drawing) -> None:
    assert say(program("label", staff=True), drawing, correct=True)[0] == 200
    assert say(program("read", "train", staff=True, username="reader"), drawing, correct=True)[0] == 403


def test_a_program_judges_what_it_drew(program: Callable[..., APIClient]) -> None:
    make_class("cat")
    robot = program("recognize", "label")
    answer = robot.post("/api/v1/drawings/", {"strokes": strokes_of("cat")}).json()

    assert robot.put(answer["url"] + "feedback/", {"correct": False, "label": "cat"}).status_code == 200


def test_without_a_guess_there_is_nothing_to_be_right(browser: APIClient, contributor: Contributor) -> None:
    contributor.save()
    drawing = make_drawing(contributor=contributor)

    status, answer = say(browser, drawing, correct=True)

    assert status == 400
    assert answer == {"correct": ["There is no guess that could be right; give a label."]}
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({}, "correct", "required"),
        ({"correct": "perhaps"}, "correct", "boolean"),
        ({"correct": None}, "correct", "null"),
        ({"correct": False, "label": "fisch"}, "label", "Did you mean “fish”?"),
        ({"correct": False, "label": 5}, "label", "no class"),
        ({"correct": False, "label": ["fish"]}, "label", "valid string"),
        ({"correct": False, "label": "f\0sh"}, "label", "Null"),
        ({"correct": True, "label": "fish"}, "label", "Leave it out"),
        ({"correct": True, "feedback_token": {}}, "feedback_token", "valid string"),
    ],
)
def test_bad_feedback_is_refused(
    browser: APIClient, drawing: Drawing, body: dict[str, Any], field: str, words: str
) -> None:
    status, answer = say(browser, drawing, **body)

    assert status == 400
    assert list(answer) == [field]
    assert words in answer[field][0]
    assert not Feedback.objects.exists()


def test_under_the_staff_policy_the_owner_only_proposes(
    browser: APIClient, drawing: Drawing, settings: Settings
) -> None:
    settings.LABEL_POLICY = "staff"

    assert say(browser, drawing, correct=True)[1]["drawing"] == {
        "id": str(drawing.pk),
        "label": "cat",
        "status": "proposed",
    }


def test_a_word_that_is_no_class_is_proposed_with_the_drawing(browser: APIClient, drawing: Drawing) -> None:
    status, answer = say(browser, drawing, correct=False, word="  Big YACHT ")

    assert status == 200
    assert answer["proposal"] == {"word": "big yacht", "drawings": 1, "needed": 10}
    assert (answer["label"], answer["drawing"]["status"]) == (None, "unlabelled")


def test_a_word_that_is_a_class_becomes_the_label(browser: APIClient, drawing: Drawing) -> None:
    make_class("fish")
    _, answer = say(browser, drawing, correct=False, word="FISH")

    assert (answer["label"], answer["proposal"]) == ("fish", None)


def test_a_refused_word_is_counted_no_more(browser: APIClient, drawing: Drawing) -> None:
    WordProposal.objects.create(name="yacht", status=WordProposal.Status.REFUSED)

    assert say(browser, drawing, correct=False, word="yacht")[1]["proposal"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"correct": True, "word": "yacht"},
        {"correct": False, "label": "cat", "word": "yacht"},
        {"correct": False, "word": ""},
        {"correct": False, "word": "<script>"},
        {"correct": False, "word": "a" * 65},
        {"correct": False, "word": ["yacht"]},
    ],
)
def test_a_word_that_contradicts_the_rest_or_is_none_is_refused(
    browser: APIClient, drawing: Drawing, body: dict[str, Any]
) -> None:
    status, answer = say(browser, drawing, **body)

    assert (status, list(answer)) == (400, ["word"])
    assert not WordProposal.objects.exists()


def test_a_person_proposes_only_so_many_words_a_day(browser: APIClient, drawing: Drawing, settings: Settings) -> None:
    settings.API_RATES = settings.API_RATES | {"proposals": (1, 86400)}
    say(browser, drawing, correct=False, word="yacht")
    status, answer = say(browser, drawing, correct=False, word="igloo")

    assert status == 429
    assert "go on tomorrow" in answer["detail"]
    assert say(browser, drawing, correct=True)[0] == 200
