"""The schedules of django-celery-beat in the style of the Unfold admin.

Follows https://unfoldadmin.com/docs/integrations/django-celery-beat/
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django_celery_beat.admin import ClockedScheduleAdmin, CrontabScheduleAdmin, PeriodicTaskAdmin, PeriodicTaskForm
from django_celery_beat.admin import TaskSelectWidget as BaseTaskSelectWidget
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from recognition.admin.widgets.audit_mixin import AuditedAdmin
from recognition.models import AuditEntry

for model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(model)


class TaskSelectWidget(UnfoldAdminSelectWidget, BaseTaskSelectWidget):
    pass


class ScheduledTaskForm(PeriodicTaskForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regtask"].widget = TaskSelectWidget()
        self.fields["task"].widget = UnfoldAdminTextInputWidget()


def _audited(name: str) -> Callable[[AuditedAdmin, HttpRequest, QuerySet[PeriodicTask]], None]:
    """Return an action of django-celery-beat that needs the permission to change tasks, and is recorded."""
    action = getattr(PeriodicTaskAdmin, name)

    @admin.action(permissions=["change"], description=action.short_description)
    def audited(modeladmin: AuditedAdmin, request: HttpRequest, tasks: QuerySet[PeriodicTask]) -> None:
        for task in tasks:
            AuditEntry.objects.record(
                AuditEntry.Action.CHANGED, f"periodic task {task.name}", f"{action.short_description}."
            )
        action(modeladmin, request, tasks)

    return audited


@admin.register(PeriodicTask)
class ScheduledTaskAdmin(AuditedAdmin, PeriodicTaskAdmin):
    form = ScheduledTaskForm
    date_hierarchy = None

    enable_tasks = _audited("enable_tasks")
    disable_tasks = _audited("disable_tasks")
    toggle_tasks = _audited("toggle_tasks")
    run_tasks = _audited("run_tasks")


@admin.register(IntervalSchedule, SolarSchedule)
class ScheduleAdmin(AuditedAdmin):
    pass


@admin.register(CrontabSchedule)
class UnfoldCrontabScheduleAdmin(AuditedAdmin, CrontabScheduleAdmin):
    inlines: list[Any] = []


@admin.register(ClockedSchedule)
class UnfoldClockedScheduleAdmin(AuditedAdmin, ClockedScheduleAdmin):
    inlines: list[Any] = []
