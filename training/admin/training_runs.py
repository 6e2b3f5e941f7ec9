from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Now
from django.forms import Media
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesRadioFilter
from unfold.decorators import action, display

from recognition.admin.widgets.auto_refresh import AutoRefreshAdmin
from recognition.admin.widgets.confirmation import confirmation_page
from recognition.stats.metric_labels import percent
from training.admin.data_difference import difference_view
from training.admin.left_out import left_out_groups
from training.admin.retraining import repeat_view, retrain_view
from training.admin.run_comparison import compare_ticked, compare_view
from training.jobs.run_display import config_texts, display_run, duration_text, outcome_text, stage_times
from training.models import TrainingRun
from training.models.run import TrainingRunQuerySet

if TYPE_CHECKING:
    from training.admin.run_comparison import ComparedRun

Status = TrainingRun.Status
STYLESHEETS: Sequence[str] = ["vendor/uplot/uPlot.min.css", "css/curves.css", "css/training-admin.css"]
ACTIONS: Sequence[str] = ["compare"]
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

    list_display = [
        "number",
        "created_at",
        "state",
        "outcome",
        "classes",
        "drawings",
        "top1",
        "macro_recall",
        "duration",
        "made",
        "reason",
        "requested_by",
    ]
    list_filter = [("status", ChoicesRadioFilter)]
    ordering = ["-created_at", "-id"]
    actions = ACTIONS
    actions_list = ["open_retrain_form"]
    fields = [
        "reason",
        "requested_by",
        "asked",
        "repeats",
        "commit",
        "versions",
        "device",
        "attempt",
        "created_at",
        "started_at",
        "finished_at",
        "stages",
    ]
    readonly_fields = fields
    refresh_script = "js/training/live_curves.js"

    @property
    def media(self) -> Media:
        media: Media = super().media
        return media + Media(css={"all": STYLESHEETS})

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrainingRun]:
        return TrainingRun.objects.with_version().with_results()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        compare, difference = partial(compare_view, self), partial(difference_view, self)
        return [
            path("compare/", view(compare), name="training_trainingrun_compare"),
            path("<int:pk>/difference/<int:other>/", view(difference), name="training_trainingrun_difference"),
            path("<int:pk>/repeat/", view(self.repeat), name="training_trainingrun_repeat"),
            path("<int:pk>/cancel/", view(self.cancel), name="training_trainingrun_cancel"),
            *super().get_urls(),
        ]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the actions without "delete selected", which Django adds."""
        return {name: entry for name, entry in super().get_actions(request).items() if name in ACTIONS}

    def panel(self, request: HttpRequest, record: TrainingRun) -> dict[str, Any]:
        return {
            "run": record,
            "shown": display_run(record),
            "may_cancel": self.has_cancel_permission(request),
            "may_repeat": bool(record.recipe) and self.has_retrain_permission(request),
        }

    def page(self, record: TrainingRun) -> dict[str, Any]:
        return {"summary": record.manifest_summary(), "left_out": left_out_groups(record.manifest)}

    @action(description="Retrain", icon="model_training", url_path="retrain", permissions=["retrain"])
    def open_retrain_form(self, request: HttpRequest) -> HttpResponse:
        return retrain_view(self, request)

    def has_retrain_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("training.add_trainingrun")

    @admin.action(description="Compare the ticked runs", permissions=["view"])
    def compare(self, request: HttpRequest, runs: TrainingRunQuerySet) -> HttpResponse | None:
        return compare_ticked(request, runs)

    def repeat(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_retrain_permission(request):
            raise PermissionDenied
        return repeat_view(self, request, pk)

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancel an open run. A GET shows the confirmation page."""
        if not self.has_cancel_permission(request):
            raise PermissionDenied
        run = get_object_or_404(self.get_queryset(request), pk=pk)
        back = reverse("admin:training_trainingrun_change", args=[pk])
        if request.method != "POST":
            notes = ["Its progress is lost. Its drawings count as new again."]
            return confirmation_page(self, request, f"Cancel {run}?", button="Cancel this run", back=back, notes=notes)
        if run.cancel():
            self.log_change(request, run, "Cancelled.")
            messages.success(request, f"{str(run).capitalize()} is cancelled; its worker stops within seconds.")
        else:
            messages.error(request, f"{str(run).capitalize()} had ended already.")
        return HttpResponseRedirect(back)

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("training.change_trainingrun")

    @display(description="run", ordering="pk", header=False)
    def number(self, run: TrainingRun) -> str:
        return str(run).capitalize()

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def state(self, run: TrainingRun) -> tuple[str, str]:
        text = run.get_status_display().lower()
        return run.status, f"{text}: {run.stage}" if run.status == Status.FAILED and run.stage else text

    @display(description="gate", ordering="verdict__passed")
    def outcome(self, run: TrainingRun) -> str | None:
        return outcome_text(run)

    # The orderings put runs without a value last when the best come first, on PostgreSQL as on SQLite.
    @display(description="classes", ordering=Coalesce("class_count", 0))
    def classes(self, run: TrainingRun) -> int | None:
        return run.class_count

    @display(description="drawings", ordering=Coalesce("drawing_count", 0))
    def drawings(self, run: TrainingRun) -> str | None:
        return None if run.drawing_count is None else f"{run.drawing_count:,}"

    @display(description="top-1", ordering=Coalesce("top1", 0.0))
    def top1(self, run: ComparedRun) -> str:
        return percent(run.top1)

    @display(description="average class", ordering=Coalesce("macro_recall", 0.0))
    def macro_recall(self, run: ComparedRun) -> str:
        return percent(run.macro_recall)

    @display(description="version", ordering="version__number")
    def made(self, run: TrainingRun) -> SafeString | None:
        if run.version is None:
            return None
        address = reverse("admin:recognition_modelversion_change", args=[run.version.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', address, run.version.number)

    @display(description="took", ordering=Coalesce(Coalesce("finished_at", Now()) - F("started_at"), timedelta()))
    def duration(self, run: TrainingRun) -> str | None:
        return duration_text(run)

    @display(description="asked for")
    def asked(self, run: TrainingRun) -> SafeString:
        rows = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", config_texts(run.config))
        return format_html('<dl class="run-asked">{}</dl>', rows)

    @display(description="versions")
    def versions(self, run: TrainingRun) -> str:
        return ", ".join(f"{name} {version}" for name, version in run.recipe.get("versions", {}).items())

    @display(description="stages took")
    def stages(self, run: TrainingRun) -> str:
        return stage_times(run)
