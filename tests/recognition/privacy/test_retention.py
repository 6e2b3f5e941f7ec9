from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import models
from django.utils import timezone
from pytest_django import Settings

from doodlesite.settings import Env
from recognition.models import AuditEntry, Contributor, Drawing, DrawingImport, Feedback, Game
from recognition.moderation import report
from recognition.privacy import retention
from recognition.privacy.retention import count_expired, retain
from recognition.tasks import retain as retain_task
from tests.factories import make_class, make_drawing, make_user, propose

pytestmark = pytest.mark.django_db

OLD = timedelta(days=100)


def age(row: models.Model, by: timedelta = OLD, field: str = "created_at") -> None:
    """Let a row have been made some time ago."""
    moment = models.F(field) - by
    models.QuerySet(type(row)).filter(pk=row.pk).update(**{field: moment})


@pytest.fixture
def nobody() -> Contributor:
    """Somebody who came long ago and left nothing."""
    contributor = Contributor.objects.create()
    age(contributor)
    return contributor


def test_who_has_left_nothing_for_long_is_removed(nobody: Contributor) -> None:
    assert retain().counts["contributors of whom nothing is kept"] == 1
    assert not Contributor.objects.exists()


def test_who_came_lately_stays() -> None:
    Contributor.objects.create()
    retain()
    assert Contributor.objects.exists()


@pytest.mark.parametrize("kept", ["drawing", "feedback", "report", "account"])
def test_who_has_anything_here_stays(kept: str, nobody: Contributor) -> None:
    if kept == "drawing":
        make_drawing(contributor=nobody)
    elif kept == "feedback":
        Feedback.objects.create(drawing=make_drawing(), contributor=nobody, correct=False)
    elif kept == "report":
        report(make_drawing(), nobody, "not nice")
    else:
        Contributor.objects.update(user=make_user())
    retain()
    assert Contributor.objects.filter(pk=nobody.pk).exists()


def test_a_game_that_was_never_drawn_in_goes_and_who_opened_it_with_it(nobody: Contributor) -> None:
    game = Game.objects.create(contributor=nobody, words=["cat"])
    age(game)
    retain()
    assert not Game.objects.exists()
    assert not Contributor.objects.exists()


def test_a_game_with_a_drawing_stays(nobody: Contributor) -> None:
    game = Game.objects.create(contributor=nobody, words=["cat"])
    age(game)
    make_drawing(contributor=nobody, game=game)
    retain()
    assert Game.objects.exists()


def test_drawings_are_kept_unless_the_operator_says_otherwise() -> None:
    age(make_drawing())
    retain()
    assert Drawing.objects.exists()


def test_drawings_that_nobody_named_go_if_the_operator_says_so(settings: Settings) -> None:
    settings.RETENTION_DRAWINGS_DAYS = 30
    unnamed, asked_for, new = make_drawing(), propose("cat"), make_drawing()
    named, judged, imported = make_drawing(label="cat"), make_drawing(), make_drawing(source=Drawing.Source.IMPORT)
    Feedback.objects.create(drawing=judged, contributor=judged.contributor, correct=False)
    for drawing in (unnamed, asked_for, named, judged, imported):
        age(drawing, field="stored_at")

    assert retain().counts["drawings that nobody named"] == 2
    assert set(Drawing.objects.all()) == {new, named, judged, imported}


@pytest.mark.parametrize("stored_at", [None, "2020-01-01T00:00Z"])
def test_a_drawing_expires_by_when_it_was_stored(settings: Settings, stored_at: str | None) -> None:
    settings.RETENTION_DRAWINGS_DAYS = 30
    Drawing.objects.filter(pk=make_drawing().pk).update(created_at="2020-01-01T00:00Z", stored_at=stored_at)
    drawn_long_ago = make_drawing()
    age(drawn_long_ago)
    assert retain().counts["drawings that nobody named"] == 1
    assert Drawing.objects.get() == drawn_long_ago


def test_sessions_that_have_ended_go() -> None:
    for days in (-1, 1):
        session = SessionStore()
        session.set_expiry(timezone.now() + timedelta(days=days))
        session.save()
    assert retain().counts["ended sessions"] == 1
    assert Session.objects.count() == 1


def test_failed_attempts_to_sign_in_go_after_a_day() -> None:
    for name in ("admin", "vera"):
        AccessAttempt.objects.create(username=name, ip_address="fd00::1", failures_since_start=1)
    age(AccessAttempt.objects.all()[0], timedelta(days=2), "attempt_time")
    assert retain().counts["failed sign-ins"] == 1
    assert AccessAttempt.objects.count() == 1


def test_finished_imports_go_with_the_audit_log(settings: Settings) -> None:
    settings.RETENTION_AUDIT_DAYS = 50
    for finished in (None, timezone.now() - OLD, timezone.now()):
        DrawingImport.objects.create(file="cat.npy", is_npy=True, accept=False, finished_at=finished)
    assert retain().counts["imports"] == 1


def test_the_audit_log_goes_after_its_time(settings: Settings) -> None:
    settings.RETENTION_AUDIT_DAYS = 50
    age(AuditEntry.objects.create(via="test", action="changed", about="long ago"), field="at")
    AuditEntry.objects.create(via="test", action="changed", about="lately")
    retain()
    assert [entry.about for entry in AuditEntry.objects.order_by("pk")] == ["lately", "what is kept no longer"]


def test_zero_days_keep_everything(settings: Settings, nobody: Contributor) -> None:
    settings.RETENTION_DAYS = settings.RETENTION_AUDIT_DAYS = 0
    assert set(retain().counts) == {"ended sessions", "failed sign-ins"}
    assert Contributor.objects.exists()


def test_many_go_in_batches_and_none_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH_ROWS", 3)
    for contributor in Contributor.objects.bulk_create(Contributor() for _ in range(10)):
        age(contributor)
    stays = make_drawing().contributor
    age(stays)
    assert retain().counts["contributors of whom nothing is kept"] == 10
    assert Contributor.objects.get() == stays


def test_what_is_left_when_time_is_over_goes_the_next_time(nobody: Contributor) -> None:
    assert not retain(max_seconds=0).finished
    assert Contributor.objects.exists()
    assert retain().finished
    assert not Contributor.objects.exists()


def test_removing_twice_removes_nothing_more(nobody: Contributor) -> None:
    retain()
    assert str(retain()) == "nothing"


def test_what_went_is_in_the_audit_log_in_numbers(nobody: Contributor) -> None:
    retain()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.detail) == ("deleted", "contributors of whom nothing is kept: 1")
    retain()
    assert AuditEntry.objects.count() == 1


def test_the_command_says_what_would_go_and_removes_nothing(
    nobody: Contributor, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("retain", "--dry-run")
    assert capsys.readouterr().out == "Would remove contributors of whom nothing is kept: 1.\n"
    assert Contributor.objects.exists()
    assert count_expired().counts["contributors of whom nothing is kept"] == 1


def test_the_command_removes_it(nobody: Contributor, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("retain")
    assert capsys.readouterr().out == "Removed contributors of whom nothing is kept: 1.\n"
    assert not Contributor.objects.exists()


def test_the_workers_remove_it(nobody: Contributor) -> None:
    retain_task()
    assert not Contributor.objects.exists()


def test_beat_sends_it_every_night(settings: Settings) -> None:
    [entry] = [one for one in settings.CELERY_BEAT_SCHEDULE.values() if one["task"] == retain_task.name]
    assert str(entry["schedule"]).startswith("<crontab: 20 3 * * *")


@pytest.mark.parametrize("value", ["-1", "forever", "99999"])
def test_a_number_of_days_that_cannot_be_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOODLE_RETENTION_DAYS", value)
    with pytest.raises(ImproperlyConfigured, match="DOODLE_RETENTION_DAYS"):
        Env().days("DOODLE_RETENTION_DAYS", default=90)


def test_an_accepted_drawing_stays_even_when_its_class_is_gone(settings: Settings) -> None:
    settings.RETENTION_DRAWINGS_DAYS = 30
    drawing = make_drawing(label="cat")
    age(drawing)
    make_class("cat").delete()
    retain()
    assert Drawing.objects.filter(pk=drawing.pk).exists()
