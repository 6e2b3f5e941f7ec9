from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from recognition.models import Contributor, Drawing, Feedback, ModelVersion, Prediction, Trial
from recognition.models.trial import CannotStartTrial
from recognition.registry.ab_test import compare
from recognition.tasks import watch_trial
from tests.factories import make_class, make_drawing, make_user, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial() -> Trial:
    """Version 2 in shadow beside version 1."""
    make_version()
    return make_version(promoted=False).start_trial("shadow", 0, by=None)


def draw(
    trial: Trial,
    champion: str,
    candidate: str,
    truth: str | None,
    *,
    by: Contributor | None = None,
    by_staff: bool = False,
    canary: bool = False,
    champion_took: float = 0.3,
    candidate_took: float = 0.3,
    source: Drawing.Source = Drawing.Source.PAGE,
    asked: bool = True,
) -> Drawing:
    """Store a drawing that both answered and somebody, its contributor, has judged.

    asked: whether they were asked beforehand to draw what they say that it is.
    """
    prompt = make_class(truth) if asked and truth and truth != "unjudged" else None
    drawing = make_drawing(contributor=by or Contributor.objects.create(), source=source, prompt=prompt)
    answers = [
        (trial.champion, champion, champion_took, trial if canary else None),
        (trial.version, candidate, candidate_took, None if canary else trial),
    ]
    for version, label, took, unshown in answers:
        Prediction.objects.create(
            drawing=drawing, model_version=version, label=label, confidence=0.9, recognized=label != "star", top=[],
            milliseconds=took, trial=unshown,
        )  # fmt: skip
    if truth != "unjudged":
        shown = candidate if canary else champion
        label = make_class(truth) if truth else None
        Feedback.objects.create(
            drawing=drawing, contributor=drawing.contributor, correct=truth == shown, label=label, by_staff=by_staff
        )
    return drawing


def ended(trial: Trial) -> str:
    """Look at the trial as the workers do, and return why it has ended."""
    watch_trial()
    trial.refresh_from_db()
    assert bool(trial.why) == (trial.ended_at is not None)
    return trial.why


def test_only_one_trial_runs_at_a_time(trial: Trial) -> None:
    with pytest.raises(CannotStartTrial, match="Version 2 is being tried"):
        make_version(promoted=False).start_trial("canary", 10, by=None)
    assert Trial.objects.get() == trial


def test_after_a_trial_comes_the_next_and_both_are_kept(trial: Trial) -> None:
    trial.end("seen enough", by=make_user())
    make_version(promoted=False).start_trial("canary", 10, by=None)
    assert [(one.number, one.mode, one.why) for one in Trial.objects.all()] == [
        (3, "canary", ""),
        (2, "shadow", "seen enough"),
    ]


def test_the_version_in_service_cannot_be_tried() -> None:
    with pytest.raises(CannotStartTrial, match="in service already"):
        make_version().start_trial("shadow", 0, by=None)


def test_without_a_version_in_service_there_is_nothing_to_compare_with() -> None:
    with pytest.raises(CannotStartTrial, match="No version is in service"):
        make_version(promoted=False).start_trial("shadow", 0, by=None)


def test_the_first_reason_for_its_end_stands(trial: Trial) -> None:
    trial.end("it failed")
    trial.end("by hand", by=make_user())
    trial.refresh_from_db()
    assert (trial.why, trial.ended_by) == ("it failed", None)


def test_both_are_compared_on_the_same_drawings(trial: Trial) -> None:
    draw(trial, "cat", "cat", "cat", champion_took=0.2, candidate_took=0.1)
    draw(trial, "cat", "dog", "cat", champion_took=0.4, candidate_took=0.3)
    draw(trial, "fish", "star", "house")
    draw(trial, "fish", "fish", "unjudged")

    found = compare(trial)

    assert (found.champion.right.right, found.champion.right.judged) == (2, 3)
    assert (found.candidate.right.right, found.candidate.right.judged) == (1, 3)
    assert (found.agreement.right, found.agreement.judged) == (2, 4)
    assert (found.champion.recognized.right, found.candidate.recognized.right) == (4, 3)
    assert found.champion.median == pytest.approx(0.3)
    assert found.candidate.median == pytest.approx(0.3)
    assert found.candidate.percentile_95 < found.champion.percentile_95


def test_a_canary_is_also_judged_by_what_people_saw() -> None:
    make_version()
    trial = make_version(promoted=False).start_trial("canary", 10, by=None)
    draw(trial, "cat", "dog", "dog", canary=True, champion_took=0.1, candidate_took=0.5)
    draw(trial, "cat", "dog", "cat")

    found = compare(trial)

    assert (found.candidate.right.right, found.candidate.right.judged) == (1, 2)
    assert (found.candidate.right_when_shown.right, found.candidate.right_when_shown.judged) == (1, 1)
    assert (found.champion.right_when_shown.right, found.champion.right_when_shown.judged) == (1, 1)
    assert found.champion.median == pytest.approx(0.2)


def test_none_of_these_says_that_both_are_wrong(trial: Trial) -> None:
    draw(trial, "cat", "dog", None)

    found = compare(trial)

    assert (found.champion.right.text, found.candidate.right.text) == ("0.0\xa0%", "0.0\xa0%")
    assert (found.wins, found.losses) == (0, 0)


def test_agreeing_with_what_was_shown_does_not_speak_against_the_other(trial: Trial) -> None:
    for _ in range(30):
        draw(trial, "cat", "dog", "cat", asked=False)

    found = compare(trial)

    assert (found.champion.right.text, found.wins, found.losses) == ("100.0\xa0%", 0, 0)
    assert ended(trial) == ""


def test_what_was_asked_for_is_the_truth_whatever_people_agree_with(trial: Trial) -> None:
    drawing = draw(trial, "cat", "dog", "dog")
    drawing.feedback.update(correct=True, label=None)

    assert compare(trial).wins == 1


def test_what_staff_say_and_what_was_drawn_in_the_game_does_not_count(trial: Trial) -> None:
    draw(trial, "cat", "dog", "cat", by_staff=True)
    draw(trial, "cat", "dog", "cat", source=Drawing.Source.GAME)

    assert compare(trial).champion.right.judged == 0


def test_of_one_persons_drawings_the_first_that_tells_them_apart_counts(trial: Trial) -> None:
    person = Contributor.objects.create()
    draw(trial, "cat", "cat", "cat", by=person)
    draw(trial, "cat", "dog", "dog", by=person)
    for _ in range(9):
        draw(trial, "cat", "dog", "cat", by=person)

    found = compare(trial)

    assert (found.wins, found.losses) == (1, 0)


def test_comparing_takes_three_queries_however_much_was_drawn(
    trial: Trial, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        draw(trial, "cat", "dog", "cat")

    with django_assert_num_queries(3):
        compare(trial)


def test_a_candidate_that_people_find_worse_is_taken_back(trial: Trial) -> None:
    for _ in range(6):
        draw(trial, "cat", "dog", "cat")
    assert ended(trial) == ""
    draw(trial, "cat", "dog", "cat")

    assert ended(trial) == (
        "It did worse: of the drawings that were asked for, where only one of the two was right, that was version 2 "
        "for 0 people and version 1 for 7."
    )
    assert trial.ended_by is None


def test_a_candidate_that_is_no_worse_stays(trial: Trial) -> None:
    for number in range(30):
        draw(trial, "cat", "dog", "cat" if number % 2 else "dog")

    assert ended(trial) == ""


def test_a_candidate_that_takes_more_than_twice_as_long_is_taken_back(trial: Trial) -> None:
    make_timed(trial, 200, candidate_took=0.7)

    assert ended(trial).startswith("It was too slow: half of the drawings took longer than 0.70 ms")


@pytest.mark.parametrize(("drawings", "took"), [(199, 0.7), (200, 0.5)])
def test_a_few_drawings_or_a_little_more_time_are_no_reason(trial: Trial, drawings: int, took: float) -> None:
    make_timed(trial, drawings, candidate_took=took)

    assert ended(trial) == ""


def make_timed(trial: Trial, drawings: int, *, candidate_took: float) -> None:
    """Store drawings that both answered alike, the champion in 0.3 ms."""
    bitmap = bytes(784)
    person = Contributor.objects.create()
    drawn = Drawing.objects.bulk_create(
        [Drawing(contributor=person, bitmap=bitmap, split="train") for _ in range(drawings)]
    )
    same = {"label": "cat", "confidence": 0.9, "recognized": True, "top": []}
    for version, took, unshown in ((trial.champion, 0.3, None), (trial.version, candidate_took, trial)):
        predictions = [
            Prediction(drawing=one, model_version=version, milliseconds=took, trial=unshown, **same) for one in drawn
        ]
        Prediction.objects.bulk_create(predictions)


def test_promoting_the_candidate_ends_its_trial(trial: Trial) -> None:
    user = make_user()
    assert trial.version
    trial.version.promote(by=user, reason="it does better")
    trial.refresh_from_db()
    assert (trial.why, trial.ended_by) == ("Version 2 was put in service.", user)


def test_promoting_another_version_ends_the_trial(trial: Trial) -> None:
    make_version()
    assert ended(trial) == "Version 3 was put in service."


def test_a_champion_that_changed_without_a_word_ends_the_trial(trial: Trial) -> None:
    ModelVersion.objects.filter(number=1).update(promoted_at=None)
    assert ended(trial) == "No version is in service any more."


def test_deleting_the_candidate_ends_the_trial_which_is_kept(trial: Trial) -> None:
    assert trial.version
    trial.version.delete()
    assert ended(trial) == "Version 2 was deleted."
    assert trial.number == 2


def test_without_a_trial_there_is_nothing_to_watch(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        watch_trial()
