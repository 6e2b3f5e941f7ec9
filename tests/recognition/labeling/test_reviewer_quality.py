from __future__ import annotations

import pytest

from recognition.labeling.feedback import give_feedback
from recognition.labeling.reviewer_quality import (
    RECENT_ANSWERS,
    Agreement,
    GoldScore,
    active_reviewers,
    is_trusted,
    reset_gold_answers,
)
from recognition.models import Contributor, Drawing, Feedback
from tests.factories import fail_on_gold, make_class, make_drawing, make_user


@pytest.mark.parametrize(
    ("right", "answered", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.278), (5, 10, 0.237, 0.763), (10, 10, 0.722, 1.0), (81, 100, 0.722, 0.875)],
)
def test_the_interval_is_wilsons(right: int, answered: int, low: float, high: float) -> None:
    """Figures of statsmodels.stats.proportion.proportion_confint(…, method="wilson")."""
    assert GoldScore(right, answered).interval == pytest.approx((low, high), abs=0.001)


@pytest.mark.parametrize(
    ("right", "answered", "trusted"),
    [(0, 0, True), (0, 5, True), (0, 6, False), (4, 6, True), (3, 6, False), (50, 50, True), (39, 50, False)],
)
def test_nobody_is_distrusted_before_it_is_hardly_possible_that_he_is_good(
    right: int, answered: int, trusted: bool
) -> None:
    assert GoldScore(right, answered).is_trusted is trusted


def test_kappa_is_cohens() -> None:
    """The worked example of Wikipedia's article on Cohen's kappa: 50 proposals, 20 yes and 15 no by both."""
    pairs = [(1, 1)] * 20 + [(1, 2)] * 5 + [(2, 1)] * 10 + [(2, 2)] * 15
    assert Agreement(pairs).share == pytest.approx(0.7)
    assert Agreement(pairs).kappa == pytest.approx(0.4)


def test_none_of_the_classes_is_a_word_like_any_other() -> None:
    assert Agreement([(None, None), (1, 1)]).kappa == 1.0
    assert Agreement([(None, 1), (1, None)]).kappa == -1.0


def test_without_anything_judged_twice_or_with_one_word_only_there_is_no_kappa() -> None:
    assert Agreement([]).kappa is None
    assert Agreement([]).share is None
    assert Agreement([(1, 1), (1, 1)]).kappa is None


@pytest.fixture
def rita(db: None) -> Contributor:
    return Contributor.objects.of_user(make_user("rita", staff=True))


@pytest.fixture
def carl(db: None) -> Contributor:
    return Contributor.objects.of_user(make_user("carl", staff=True))


def say(drawing: Drawing, reviewer: Contributor, label: str | None) -> Feedback:
    doodle_class = make_class(label) if label else None
    return give_feedback(drawing, reviewer, correct=False, label=doodle_class, by_staff=True)


def outcome(drawing: Drawing) -> tuple[str, str]:
    drawing.refresh_from_db()
    return str(drawing.label), drawing.status


def test_the_word_of_whom_we_do_not_trust_only_proposes_until_a_second_reviewer_agrees(
    rita: Contributor, carl: Contributor
) -> None:
    for one in (rita, carl):
        fail_on_gold(one)
    drawing = make_drawing()
    say(drawing, rita, "cat")
    assert outcome(drawing) == ("cat", "proposed")
    say(drawing, carl, "cat")
    assert outcome(drawing) == ("cat", "accepted")


def test_a_second_reviewer_who_is_trusted_settles_it_alone(rita: Contributor, carl: Contributor) -> None:
    fail_on_gold(rita)
    drawing = make_drawing()
    say(drawing, rita, "cat")
    say(drawing, carl, "dog")
    assert outcome(drawing) == ("dog", "accepted")
    say(drawing, rita, "house")
    assert outcome(drawing) == ("dog", "accepted")


def test_it_rejects_nothing_alone_either(rita: Contributor, carl: Contributor) -> None:
    for one in (rita, carl):
        fail_on_gold(one)
    drawing = make_drawing(prompt=make_class("cat"))
    say(drawing, rita, None)
    assert outcome(drawing) == ("cat", "proposed")
    say(drawing, carl, None)
    assert outcome(drawing) == ("None", "rejected")


def test_it_overrules_nobody_who_drew_the_thing(rita: Contributor) -> None:
    fail_on_gold(rita)
    drawing = make_drawing()
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class("cat"))
    say(drawing, rita, "dog")
    assert outcome(drawing) == ("cat", "accepted")


def test_what_he_drew_himself_he_does_not_settle_alone(rita: Contributor) -> None:
    fail_on_gold(rita)
    drawing = make_drawing(contributor=rita)
    say(drawing, rita, "cat")
    assert outcome(drawing) == ("cat", "proposed")


def test_what_was_said_before_the_trust_was_lost_counts_on(rita: Contributor) -> None:
    drawing = make_drawing()
    say(drawing, rita, "cat")
    fail_on_gold(rita)
    assert outcome(drawing) == ("cat", "accepted")


def test_whoever_starts_afresh_is_trusted_again(rita: Contributor) -> None:
    fail_on_gold(rita)
    assert not is_trusted(rita)
    reset_gold_answers(rita)
    assert is_trusted(rita)


@pytest.mark.django_db
def test_only_the_latest_answers_count(rita: Contributor, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_on_gold(rita)
    rita.gold_answers.update(right=True)
    fail_on_gold(rita)
    assert RECENT_ANSWERS > 12
    monkeypatch.setattr("recognition.labeling.reviewer_quality.RECENT_ANSWERS", 6)
    assert not is_trusted(rita)
    [listed] = active_reviewers()
    assert (listed.gold.right, listed.gold.answered) == (0, 6)


def test_reviewers_are_listed_those_in_doubt_first_with_what_they_agree_on(
    rita: Contributor, carl: Contributor
) -> None:
    Contributor.objects.of_user(make_user("idle", staff=True))
    fail_on_gold(rita)
    for mine, theirs in (("cat", "cat"), ("dog", "cat"), ("dog", "dog")):
        drawing = make_drawing()
        say(drawing, rita, mine)
        say(drawing, carl, theirs)
    say(make_drawing(), carl, "cat")
    first, second = active_reviewers()
    assert (first.contributor, second.contributor) == (rita, carl)
    assert (first.reviews, second.reviews) == (3, 4)
    assert len(first.agreement.pairs) == len(second.agreement.pairs) == 3
    assert first.agreement.share == pytest.approx(2 / 3)
    assert first.agreement.kappa == second.agreement.kappa == pytest.approx(0.4)
