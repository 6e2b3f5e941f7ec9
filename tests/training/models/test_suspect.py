from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import make_user
from tests.training.suspected import make_suspects
from training.models import Suspect

pytestmark = pytest.mark.django_db

EXCLUDED, KEPT, OPEN = Suspect.Decision.EXCLUDED, Suspect.Decision.KEPT, Suspect.Decision.OPEN


@pytest.fixture
def rita() -> User:
    return make_user("rita", staff=True)


def test_the_worst_waits_first() -> None:
    suspects = make_suspects(3)
    assert list(Suspect.objects.open()) == suspects


def test_the_first_decision_counts(rita: User) -> None:
    [one] = make_suspects()
    assert Suspect.objects.decide(one.pk, EXCLUDED, rita)
    assert not Suspect.objects.decide(one.pk, KEPT, make_user("carl"))
    one.refresh_from_db()
    assert (one.decision, one.decided_by) == (EXCLUDED, rita)


def test_a_decision_is_taken_back_by_who_made_it(rita: User) -> None:
    [one] = make_suspects()
    Suspect.objects.decide(one.pk, EXCLUDED, rita)
    assert not Suspect.objects.reopen(one.pk, by=make_user("carl"))
    assert Suspect.objects.reopen(one.pk, by=rita)
    assert not Suspect.objects.reopen(one.pk, by=rita)
    assert Suspect.objects.open().get() == one


def test_hashes_survive_the_database_exactly(rita: User) -> None:
    suspects = make_suspects(5)
    for one in suspects:
        Suspect.objects.decide(one.pk, EXCLUDED, rita)
    assert set(Suspect.objects.excluded_hashes("cat")) == {one.position for one in suspects}
    assert not len(Suspect.objects.excluded_hashes("dog"))


def test_a_new_search_replaces_what_waits_and_nothing_that_is_decided(rita: User) -> None:
    kept, excluded, open_one = make_suspects(3)
    Suspect.objects.decide(kept.pk, KEPT, rita)
    Suspect.objects.decide(excluded.pk, EXCLUDED, rita)
    again = [Suspect.objects.get(pk=one.pk) for one in (kept, open_one)]
    for one in again:
        one.pk, one.decision = None, OPEN
    assert Suspect.objects.replace_open(again) == 1
    assert Suspect.objects.open().get().position == open_one.position
    assert Suspect.objects.exclude(decision=OPEN).count() == 2


def test_who_decided_may_go_and_the_decision_stays(rita: User) -> None:
    [one] = make_suspects()
    Suspect.objects.decide(one.pk, EXCLUDED, rita)
    rita.delete()
    assert Suspect.objects.excluded().get().decided_by is None


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_decides(rita: User) -> None:
    [one] = make_suspects()
    carl, start, outcomes = make_user("carl"), Barrier(2), []

    def decide(decision: Suspect.Decision, by: User) -> None:
        start.wait()
        outcomes.append(Suspect.objects.decide(one.pk, decision, by))
        connection.close()

    threads = [Thread(target=decide, args=facts) for facts in ((EXCLUDED, rita), (KEPT, carl))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, True]
