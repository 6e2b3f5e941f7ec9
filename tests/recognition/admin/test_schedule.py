from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask

from recognition.models import AuditEntry
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/django_celery_beat/periodictask/"


def test_a_schedule_offers_the_tasks_of_this_site(admin_client: Client) -> None:
    form = admin_client.get("/admin/django_celery_beat/periodictask/add/").content.decode()
    assert '<option value="training.tasks.' in form


def test_a_schedule_can_be_saved(admin_client: Client) -> None:
    admin_client.post("/admin/django_celery_beat/intervalschedule/add/", {"every": "7", "period": "days"})
    answer = admin_client.get("/admin/django_celery_beat/periodictask/add/")
    assert "every 7 days" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("interval", {"every": "7", "period": "days"}),
        ("crontab", dict.fromkeys(("minute", "hour", "day_of_month", "month_of_year", "day_of_week"), "4")),
        ("clocked", {"clocked_time_0": "2030-01-01", "clocked_time_1": "00:00:00"}),
    ],
)
def test_who_adds_and_deletes_a_schedule_is_in_the_audit_log(
    admin_client: Client, kind: str, form: dict[str, str]
) -> None:
    address = f"/admin/django_celery_beat/{kind}schedule/"
    admin_client.post(f"{address}add/", form | {"timezone": "UTC"})
    model = {"interval": IntervalSchedule, "crontab": CrontabSchedule, "clocked": ClockedSchedule}[kind]
    added = model.objects.latest("pk")
    admin_client.post(f"{address}{added.pk}/delete/", {"post": "yes"})

    entries = AuditEntry.objects.filter(about=f"{kind} {added}").order_by("pk")
    assert [(entry.action, entry.actor) for entry in entries] == [("changed", "admin"), ("deleted", "admin")]


def test_who_switches_a_task_off_in_the_list_is_in_the_audit_log(admin_client: Client) -> None:
    task = a_task()
    admin_client.post(LIST, {"action": "disable_tasks", "_selected_action": [task.pk]})

    entry = AuditEntry.objects.get(action="changed")
    assert (entry.actor, entry.about, entry.detail) == ("admin", "periodic task nightly", "Disable selected tasks.")
    assert not PeriodicTask.objects.get(pk=task.pk).enabled


def test_who_may_only_look_switches_no_task_off(client: Client) -> None:
    task, staff = a_task(), make_user("reader", staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_periodictask"))
    client.force_login(staff)
    client.post(LIST, {"action": "disable_tasks", "_selected_action": [task.pk]})

    assert PeriodicTask.objects.get(pk=task.pk).enabled


def a_task() -> PeriodicTask:
    interval = IntervalSchedule.objects.create(every=1, period="days")
    return PeriodicTask.objects.create(name="nightly", task="training.tasks.sweep", interval=interval)
