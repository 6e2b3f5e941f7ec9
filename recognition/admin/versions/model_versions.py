from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, FloatField, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Length
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display

from recognition.admin.versions.ab_test_actions import TrialInline, end_trial, start_trial
from recognition.admin.versions.promotion_actions import promote_version
from recognition.admin.widgets.read_only import NO_SAVE_BUTTONS, RecordInline
from recognition.models import ModelVersion, Prediction, Promotion, Trial
from recognition.models.model_version import ModelVersionQuerySet
from recognition.registry.ab_test import compare
from recognition.stats.metric_labels import dataset_metrics, percent

if TYPE_CHECKING:
    from typing import TypedDict

    from django_stubs_ext import WithAnnotations

    class VersionFacts(TypedDict):
        in_service: bool
        on_trial: bool
        bytes: int
        base_top1: float | None
        collected_top1: float | None

    Version = WithAnnotations[ModelVersion, VersionFacts]

LARGE_FIELDS = ("artifact", "metrics", "parent__artifact", "parent__metrics", "parent__labels")


class PromotionInline(RecordInline):
    model = Promotion
    fields = ["at", "by", "reason"]
    readonly_fields = fields
    verbose_name_plural = "when it was put in service"


@admin.register(ModelVersion)
class ModelVersionAdmin(ModelAdmin):
    """Trained versions, to compare, promote and roll back to. They are never edited."""

    list_display = ["version", "state", "top1", "top1_collected", "knows", "size", "promoted_at", "created_at"]
    ordering = ["-number"]
    inlines = [PromotionInline, TrialInline]
    actions_detail = ["export", "try_out", "end_trial", "promote", "roll_back"]
    fieldsets = [
        (None, {"fields": ["state", "promoted_at", "created_at", "parent"]}),
        ("Network", {"fields": ["knows", "size", "temperature", "threshold", "softening", "sha256", "downloads"]}),
    ]
    readonly_fields = [name for _, options in fieldsets for name in options["fields"]]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Version]:
        versions: ModelVersionQuerySet = super().get_queryset(request)
        versions = versions.with_in_service().select_related("parent").defer(*LARGE_FIELDS)
        annotated = versions.annotate(
            on_trial=Exists(Trial.objects.filter(version=OuterRef("pk"), ended_at=None)),
            bytes=Length("artifact"),
            base_top1=Cast(KT("metrics__base__top1"), FloatField()),
            collected_top1=Cast(KT("metrics__collected__top1"), FloatField()),
        )
        return cast("QuerySet[Version]", annotated)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/artifact.tflite", view(self.download_artifact), name="recognition_modelversion_artifact"),
            path("<int:pk>/labels.json", view(self.download_labels), name="recognition_modelversion_labels"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ModelVersion | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.promoted_at is None)

    def save_model(self, request: HttpRequest, obj: ModelVersion, form: Any, change: bool) -> None:
        """Do nothing: a version is not editable."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: ModelVersion, **kwargs: Any
    ) -> HttpResponse:
        trial = obj.trials.first()
        trial_context = {"trial": trial, "tried": compare(trial) if trial else None}
        context |= {"figures": dataset_metrics(obj.metrics), **trial_context, **NO_SAVE_BUTTONS}
        response: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        return response

    def get_deleted_objects(
        self, objs: Sequence[ModelVersion], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """Protect versions that were in service or have predictions: they are part of the drawings' history."""
        protected = [f"{version} was in service" for version in objs if version.promoted_at]
        predictions = Prediction.with_unshown
        protected += [
            f"{version} has recognized drawings"
            for version in objs
            if predictions.filter(model_version=version).exists()
        ]
        if protected:
            return [], {}, set(), protected
        deleted: tuple[list[Any], dict[str, int], set[str], list[str]] = super().get_deleted_objects(objs, request)
        return deleted

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        version = self._get(request, object_id)
        trial = Trial.objects.running()
        allowed = {"export"}
        if not version.in_service:
            allowed.add("roll_back" if version.promoted_at else "promote")
            if trial is None or trial.version_id == version.pk:
                allowed.add("end_trial" if trial else "try_out")
        return [detail for detail in super().get_actions_detail(request, object_id) if detail.path in allowed]

    @action(description="Export…", permissions=["export"], icon="file_export")
    def export(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the page that exports versions, which the app `training` provides."""
        version = self._get(request, object_id)
        address = reverse("admin:training_versionexport_export_version", query={"version": version.number})
        return HttpResponseRedirect(address)

    def has_export_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("training.add_versionexport")

    @action(description="Try out…", permissions=["change"], icon="science")
    def try_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return start_trial(self, request, self._get(request, object_id))

    @action(description="End the trial…", permissions=["change"], icon="stop_circle")
    def end_trial(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return end_trial(self, request, self._get(request, object_id))

    @action(description="Promote…", permissions=["change"], icon="rocket_launch", variant="primary")
    def promote(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return promote_version(self, request, self._get(request, object_id))

    @action(description="Roll back to this version…", permissions=["change"], icon="undo", variant="primary")
    def roll_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return promote_version(self, request, self._get(request, object_id))

    def download_artifact(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self._get(request, pk)
        headers = {"Content-Disposition": f'attachment; filename="doodlesite-{version.number}.tflite"'}
        return HttpResponse(bytes(version.artifact), content_type="application/octet-stream", headers=headers)

    def download_labels(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self._get(request, pk)
        headers = {"Content-Disposition": f'attachment; filename="doodlesite-{version.number}-labels.json"'}
        return JsonResponse(version.labels, safe=False, headers=headers)

    def _get(self, request: HttpRequest, pk: str | int) -> Version:
        if not self.has_view_permission(request):
            raise PermissionDenied
        version: Version | None = self.get_object(request, str(pk))
        if version is None:
            raise Http404
        return version

    @display(description="version", ordering="number")
    def version(self, version: ModelVersion) -> str:
        return f"Version {version.number}"

    @display(label={"in service": "success", "on trial": "warning", "was in service": "info"})
    def state(self, version: Version) -> str:
        if version.in_service:
            return "in service"
        if version.on_trial:
            return "on trial"
        return "was in service" if version.promoted_at else "never promoted"

    @display(description="right on test drawings", ordering="base_top1")
    def top1(self, version: Version) -> str:
        return percent(version.base_top1)

    @display(description="on collected ones", ordering="collected_top1")
    def top1_collected(self, version: Version) -> str:
        return percent(version.collected_top1)

    @display(description="classes")
    def knows(self, version: ModelVersion) -> int:
        return len(version.labels)

    @display(description="size", ordering="bytes")
    def size(self, version: Version) -> str:
        return filesizeformat(version.bytes)

    @display(description="download")
    def downloads(self, version: ModelVersion) -> SafeString:
        return format_html(
            '<a class="text-link" href="{}">artifact (LiteRT)</a> · <a class="text-link" href="{}">labels (JSON)</a>',
            reverse("admin:recognition_modelversion_artifact", args=[version.pk]),
            reverse("admin:recognition_modelversion_labels", args=[version.pk]),
        )
