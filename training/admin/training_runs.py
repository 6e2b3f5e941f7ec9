from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Media
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesRadioFilter
from unfold.decorators import action, display

from recognition.admin.widgets.auto_refresh import AutoRefreshAdmin
from training.admin.left_out import left_out_groups
from training.admin.retraining import retrain_view
from training.jobs.run_display import display_run, duration_text
from training.models import TrainingRun

Status = TrainingRun.Status
STYLESHEETS: Sequence[str] = ["vendor/uplot/uPlot.min.css", "css/curves.css", "css/training-admin.css"]
STATUS_COLOURS = {
    Status.QUEUED: "warning",
    Status.RUNNING: "info",
    Status.SUCCEEDED: "success",
    Status.FAILED: "danger",
    Status.CANCELLED: "default",
}


@admin.register(TrainingRun)
class TrainingRunAdmin(AutoRefreshAdmin):
    """Starts, shows and cancels training runs."""

    list_display = ["number", "state", "stage", "reason", "requested_by", "outcome", "made", "created_at", "duration"]
    list_filter = [("status", ChoicesRadioFilter)]
    ordering = ["-created_at", "-id"]
    actions_list = ["open_retrain_form"]
    fields = ["reason", "requested_by", "asked", "attempt", "created_at", "started_at", "finished_at"]
    readonly_fields = fields
    refresh_script = "js/training/live_curves.js"

    @property
    def media(self) -> Media:
        media: Media = super().media
        return media + Media(css={"all": STYLESHEETS})

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrainingRun]:
        return TrainingRun.objects.with_version()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.cancel)
        return [path("<int:pk>/cancel/", view, name="training_trainingrun_cancel"), *super().get_urls()]

    def panel(self, request: HttpRequest, record: TrainingRun) -> dict[str, Any]:
        return {"run": record, "shown": display_run(record), "may_cancel": self.has_cancel_permission(request)}

    def page(self, record: TrainingRun) -> dict[str, Any]:
        return {"summary": record.manifest_summary(), "left_out": left_out_groups(record.manifest)}

    @action(description="Retrain", icon="model_training", url_path="retrain", permissions=["retrain"])
    def open_retrain_form(self, request: HttpRequest) -> HttpResponse:
        return retrain_view(self, request)

    def has_retrain_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("training.add_trainingrun")

    @method_decorator(require_POST)
    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_cancel_permission(request):
            raise PermissionDenied
        run = get_object_or_404(self.get_queryset(request), pk=pk)
        if run.cancel():
            self.log_change(request, run, "Cancelled.")
            messages.success(request, f"{str(run).capitalize()} is cancelled; its worker stops within seconds.")
        else:
            messages.error(request, f"{str(run).capitalize()} had ended already.")
        return HttpResponseRedirect(reverse("admin:training_trainingrun_change", args=[pk]))

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("training.change_trainingrun")

    @display(description="run", ordering="pk", header=False)
    def number(self, run: TrainingRun) -> str:
        return str(run).capitalize()

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def state(self, run: TrainingRun) -> tuple[str, str]:
        return run.status, run.get_status_display().lower()

    @display(description="gate")
    def outcome(self, run: TrainingRun) -> str | None:
        passed = run.verdict.get("passed")
        if run.verdict.get("outcome") == "ask":
            return "asks people"
        return None if passed is None else "passed" if passed else "kept out"

    @display(description="version", ordering="version__number")
    def made(self, run: TrainingRun) -> SafeString | None:
        if run.version is None:
            return None
        address = reverse("admin:recognition_modelversion_change", args=[run.version.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', address, run.version.number)

    @display(description="took")
    def duration(self, run: TrainingRun) -> str | None:
        return duration_text(run)

    @display(description="asked for")
    def asked(self, run: TrainingRun) -> str:
        return ", ".join(
            f"{name.replace('_', ' ')} {value}" for name, value in run.config.items() if value not in (None, [])
        )
