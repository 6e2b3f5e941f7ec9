"""Who gets whose answer while a version is tried beside the champion, and that nobody sees the other one."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from recognition.imaging.sketch import Sketch
from recognition.inference.results import Outputs
from recognition.labeling.feedback import give_feedback
from recognition.models import Contributor, DoodleClass, Drawing, Exhibit, ModelVersion, Prediction, Trial
from recognition.privacy.deletion import delete_contributor_data
from recognition.serving.model_loader import in_service
from recognition.serving.predict import guess
from recognition.submission import Submission, recognize_and_store
from tests.factories import make_user, make_version, strokes_of
from tests.recognition.api.conftest import with_cookie

pytestmark = pytest.mark.django_db

OTHERS = ["apple", "bear", "clock", "door", "envelope", "flower"]  # what the candidate says: a bear is a cat


@pytest.fixture
def cat() -> Sketch:
    return Sketch.of_strokes(strokes_of("cat"))


def begin(mode: str = "shadow", share: int = 0) -> Trial:
    make_version()
    return make_version(promoted=False, labels=OTHERS).start_trial(mode, share, by=None)


def draw(sketch: Sketch, by: Contributor | None = None, source: Drawing.Source = Drawing.Source.PAGE) -> Submission:
    return recognize_and_store(sketch, by or Contributor(), source=source)


def people(trial: Trial, *, canary: bool) -> Iterator[Contributor]:
    """Yield people who see the candidate's answers, or who do not."""
    while True:
        if trial.shows_candidate_to(someone := Contributor()) == canary:
            yield someone


def stored(drawing: Drawing) -> list[tuple[str, bool]]:
    """Return what is stored about a drawing, in order, and whether it was shown."""
    rows = Prediction.with_unshown.filter(drawing=drawing).order_by("pk")
    return [(one.label, one.trial is None) for one in rows]


def test_in_shadow_the_candidates_answer_is_stored_beside_the_one_that_is_shown(cat: Sketch) -> None:
    begin()

    answer = draw(cat)

    assert answer.prediction
    assert answer.prediction.label == "cat"
    assert stored(answer.drawing) == [("cat", True), ("bear", False)]


def test_in_shadow_nobody_ever_sees_the_candidates_answer(cat: Sketch, admin_client: Client) -> None:
    trial = begin()
    drawing = draw(cat).drawing
    give_feedback(drawing, drawing.contributor, correct=True, label=None)
    DoodleClass.objects.filter(name__in=OTHERS).delete()  # which pages offer as filters
    api = with_cookie(APIClient(), drawing.contributor)

    pages = [
        f"/drawings/{drawing.pk}/", "/gallery/", "/mine/", "/review/", "/api/v1/drawings/?mine=true", "/api/v1/me/",
        f"/api/v1/drawings/{drawing.pk}/", f"/admin/recognition/drawing/{drawing.pk}/change/", "/admin/",
        "/admin/recognition/drawing/", "/admin/recognition/prediction/",
    ]  # fmt: skip
    for page in pages:
        for client in (api, admin_client):
            answer = client.get(page, follow=True)
            shown = b"".join(answer) if answer.streaming else answer.content
            assert b"bear" not in shown, page
    first = Drawing.objects.get(pk=drawing.pk).first_prediction()
    assert first
    assert first.label == "cat"
    DoodleClass.objects.create(name="bear")  # of which the API has to know to filter by it
    for filters in ({"predicted": "bear"}, {"model_version": trial.number}):
        assert api.get("/api/v1/drawings/", filters).json()["results"] == []
    assert Exhibit.objects.get(drawing=drawing).guess == "cat"
    assert list(drawing.predictions.values_list("label", flat=True)) == ["cat"]


def test_a_guess_while_drawing_asks_only_for_the_answer_that_is_shown(cat: Sketch) -> None:
    begin()

    assert guess(cat, Contributor()).label == "cat"


def test_a_share_of_people_see_the_candidates_answers_while_drawing_and_after(cat: Sketch) -> None:
    trial = begin("canary", 50)
    one, another = next(people(trial, canary=True)), next(people(trial, canary=False))

    answer = draw(cat, by=one)

    assert answer.prediction
    assert answer.prediction.model_version.number == 2
    assert guess(cat, one).label == "bear"
    assert stored(answer.drawing) == [("bear", True), ("cat", False)]
    assert guess(cat, another).label == "cat"
    assert stored(draw(cat, by=another).drawing) == [("cat", True), ("bear", False)]


def test_who_sees_the_candidate_sees_it_throughout_and_in_the_next_trial_others_do() -> None:
    trial = begin("canary", 10)
    everybody = [Contributor() for _ in range(3_000)]
    chosen = {one.pk for one in everybody if trial.shows_candidate_to(one)}
    assert 200 < len(chosen) < 400  # a tenth, give or take six standard deviations
    assert chosen == {one.pk for one in everybody if Trial.objects.get().shows_candidate_to(one)}

    trial.end("next")
    version = ModelVersion.objects.get(number=2)
    again = version.start_trial("canary", 10, by=None)
    both = chosen & {one.pk for one in everybody if again.shows_candidate_to(one)}
    assert len(both) < len(chosen) / 2


def test_a_signed_in_person_sees_the_same_version_while_drawing_and_after(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recognition.serving.model_loader.POLL_SECONDS", float("inf"))
    trial = begin("canary", 50)
    users = [make_user(f"user {number}") for number in range(8)]
    seen = {trial.shows_candidate_to(Contributor(user=user)) for user in users}
    assert seen == {True, False}

    for user in users:
        drawn = recognized(user, "/api/v1/drawings/", {"strokes": strokes_of("cat")})["prediction"]
        guessed = recognized(user, "/api/v1/guesses/", {"drawings": [{"strokes": strokes_of("cat")}]})["guesses"][0]
        assert guessed["model_version"] == drawn["model_version"]
        assert (drawn["model_version"] == 2) == trial.shows_candidate_to(Contributor(user=user))

    client = APIClient()
    client.force_authenticate(users[0])
    with django_assert_num_queries(0):
        client.post("/api/v1/guesses/", {"drawings": [{"strokes": strokes_of("cat")}]})


def recognized(user: User, address: str, body: object) -> dict[str, dict[str, object]]:
    client = APIClient()
    client.force_authenticate(user)
    answer: dict[str, dict[str, object]] = client.post(address, body).json()
    return answer


def test_what_is_imported_is_no_part_of_a_trial(cat: Sketch) -> None:
    trial = begin("canary", 50)

    answer = draw(cat, by=next(people(trial, canary=True)), source=Drawing.Source.IMPORT)

    assert stored(answer.drawing) == [("cat", True)]


def test_a_drawing_goes_with_both_answers(cat: Sketch) -> None:
    begin()
    drawing = draw(cat).drawing
    delete_contributor_data(drawing.contributor)

    assert not Prediction.with_unshown.exists()


@pytest.mark.parametrize("mode", [("shadow", 0), ("canary", 50)])
def test_a_candidate_that_fails_leaves_the_champion_to_answer_and_its_trial_ends(
    cat: Sketch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, mode: tuple[str, int]
) -> None:
    trial = begin(*mode)
    someone = next(people(trial, canary=mode[0] == "canary"))
    break_candidate(monkeypatch, RuntimeError("invoke failed"))

    answer = draw(cat, by=someone)

    assert stored(answer.drawing) == [("cat", True)]
    assert guess(cat, someone).label == "cat"
    trial.refresh_from_db()
    assert (trial.why, trial.ended_by) == ("It failed on a drawing: invoke failed", None)
    assert caplog.text.count("The candidate version 2 failed.") == 1


def test_a_confidence_that_is_no_number_is_a_failure_too(cat: Sketch, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = begin()
    nothing = np.full((1, 6), math.nan, np.float32)
    break_candidate(monkeypatch, Outputs(nothing, np.empty((1, 0), np.float32)))

    with np.errstate(invalid="ignore"):
        answer = draw(cat)

    assert stored(answer.drawing) == [("cat", True)]
    trial.refresh_from_db()
    assert trial.why == "It failed on a drawing: a confidence is no number"


@pytest.mark.django_db(transaction=True)
def test_a_candidate_that_fails_while_the_database_is_away_is_asked_no_more_and_its_trial_ends_later(
    cat: Sketch, monkeypatch: pytest.MonkeyPatch, clock: Callable[[float], None]
) -> None:
    trial = begin("canary", 50)
    someone = next(people(trial, canary=True))
    break_candidate(monkeypatch, RuntimeError("invoke failed"))

    with connection.execute_wrapper(fail):
        assert guess(cat, someone).label == "cat"
    assert Trial.objects.running() == trial

    clock(1)
    assert guess(cat, someone).label == "cat"
    assert Trial.objects.running() is None


def break_candidate(monkeypatch: pytest.MonkeyPatch, does: Exception | Outputs) -> None:
    def run(_: object) -> Outputs:
        if isinstance(does, Exception):
            raise does
        return does

    candidate = in_service().candidate
    assert candidate
    monkeypatch.setattr(candidate.network.classifier, "run", run)


def fail(*_: object) -> None:
    raise DatabaseError("gone")


def test_a_candidate_whose_artifact_is_damaged_since_is_not_tried(cat: Sketch) -> None:
    trial = begin()
    ModelVersion.objects.filter(number=2).update(artifact=b"rubbish")

    assert stored(draw(cat).drawing) == [("cat", True)]
    trial.refresh_from_db()
    assert trial.why.startswith("It cannot run: The artifact is not the one that was registered")


@pytest.mark.django_db(transaction=True)
def test_when_the_candidate_is_deleted_at_the_same_moment_the_drawing_keeps_the_other_answer(cat: Sketch) -> None:
    trial = begin("canary", 50)
    one, another = next(people(trial, canary=True)), next(people(trial, canary=False))
    guess(cat, one)  # loads both
    ModelVersion.objects.filter(number=2).delete()

    for someone in (one, another):
        answer = draw(cat, by=someone)
        assert answer.prediction
        assert answer.prediction.label == "cat"
        assert stored(answer.drawing) == [("cat", True)]


def test_a_trial_is_followed_within_a_second_and_so_is_its_end(cat: Sketch, clock: Callable[[float], None]) -> None:
    make_version()
    assert in_service().candidate is None
    trial = make_version(promoted=False).start_trial("shadow", 0, by=None)
    clock(1)
    assert in_service().candidate
    trial.end("enough")
    clock(1)
    assert in_service().candidate is None


def test_a_candidate_that_is_promoted_is_the_champion_and_no_candidate(clock: Callable[[float], None]) -> None:
    trial = begin()
    in_service()
    assert trial.version
    trial.version.promote(by=None, reason="better")
    clock(1)

    assert (in_service().champion.version, in_service().candidate) == (trial.version, None)


def test_a_candidate_is_not_tried_beside_another_champion(clock: Callable[[float], None]) -> None:
    trial = begin()
    in_service()
    make_version()
    Trial.objects.filter(pk=trial.pk).update(ended_at=None, why="")  # as if this process had not heard of the end
    clock(1)

    assert in_service().candidate is None


def test_nobody_looks_for_a_trial_more_than_twice_a_second(
    clock: Callable[[float], None], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    begin()
    in_service()

    with django_assert_num_queries(0):
        clock(0.4)
        in_service()
    with django_assert_num_queries(2):
        clock(0.2)
        in_service()


@pytest.mark.django_db(transaction=True)
def test_while_a_trial_begins_and_the_candidate_is_promoted_no_drawing_is_lost(
    cat: Sketch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recognition.serving.model_loader.POLL_SECONDS", 0.0)
    make_version()
    candidate = make_version(promoted=False, labels=OTHERS)
    done = threading.Event()

    def draw_on() -> int:
        try:
            count = 0
            while count < 3 or not done.is_set():
                assert draw(cat).prediction
                count += 1
            return count
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        drawing = [threads.submit(draw_on) for _ in range(3)]
        try:
            trial = candidate.start_trial("canary", 50, by=None)
            trial.end("once more")
            candidate.start_trial("canary", 50, by=None)
            candidate.promote(by=None, reason="better")
        finally:
            done.set()
        drawn = sum(one.result() for one in drawing)

    assert Drawing.objects.count() == drawn
    assert Prediction.objects.count() == drawn


@pytest.mark.django_db(transaction=True)
def test_of_many_who_begin_a_trial_together_one_does() -> None:
    make_version()
    candidates = [make_version(promoted=False) for _ in range(4)]
    ready = threading.Barrier(4)

    def start(version: ModelVersion) -> bool:
        ready.wait()
        try:
            version.start_trial("shadow", 0, by=None)
        except Exception:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(start, candidates)) == 1
    assert Trial.objects.count() == 1
