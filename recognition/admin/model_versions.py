from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import FloatField, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Length
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display

from recognition.admin.promoting import promote
from recognition.admin.read_only import NO_SAVE_BUTTONS, RecordInline
from recognition.figures import figures_of, percent
from recognition.models import ModelVersion, Promotion
from recognition.models.model_version import ModelVersionQuerySet

if TYPE_CHECKING:
    from typing import TypedDict

    from django_stubs_ext import WithAnnotations

    class Facts(TypedDict):
        in_service: bool
        bytes: int
        base_top1: float | None
        collected_top1: float | None

    Version = WithAnnotations[ModelVersion, Facts]

HEAVY = ("artifact", "metrics", "parent__artifact", "parent__metrics", "parent__labels")


class PromotionInline(RecordInline):
    model = Promotion
    fields = ["at", "by", "reason"]
    readonly_fields = fields
    verbose_name_plural = "when it was put in service"


@admin.register(ModelVersion)
class ModelVersionAdmin(ModelAdmin):
    """What training made: compared, promoted, rolled back to; never edited."""

    list_display = ["version", "state", "top1", "top1_collected", "knows", "size", "promoted_at", "created_at"]
    ordering = ["-number"]
    inlines = [PromotionInline]
    actions_detail = ["promote", "roll_back"]
    fieldsets = [
        (None, {"fields": ["state", "promoted_at", "created_at", "parent"]}),
        ("Network", {"fields": ["knows", "size", "temperature", "threshold", "sha256", "downloads"]}),
    ]
    readonly_fields = [name for _, options in fieldsets for name in options["fields"]]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Version]:
        versions: ModelVersionQuerySet = super().get_queryset(request)
        versions = versions.telling_service().select_related("parent").defer(*HEAVY)
        annotated = versions.annotate(
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
        """Nothing of a version can be edited."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: ModelVersion, **kwargs: Any
    ) -> HttpResponse:
        context |= {"figures": figures_of(obj.metrics), **NO_SAVE_BUTTONS}
        response: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        return response

    def get_deleted_objects(
        self, objs: Sequence[ModelVersion], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """Keep what was ever in service, and what drawings were recognized by: it is part of their history."""
        kept = [f"{version} was in service" for version in objs if version.promoted_at]
        kept += [f"{version} has recognized drawings" for version in objs if version.predictions.exists()]
        if kept:
            return [], {}, set(), kept
        found: tuple[list[Any], dict[str, int], set[str], list[str]] = super().get_deleted_objects(objs, request)
        return found

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        version = self._get(request, object_id)
        if version.in_service:
            return []
        wanted = "roll_back" if version.promoted_at else "promote"
        return [one for one in super().get_actions_detail(request, object_id) if one.path == wanted]

    @action(description="Promote…", permissions=["change"], icon="rocket_launch", variant="primary")
    def promote(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return promote(self, request, self._get(request, object_id))

    @action(description="Roll back to this version…", permissions=["change"], icon="undo", variant="primary")
    def roll_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return promote(self, request, self._get(request, object_id))

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

    @display(label={"in service": "success", "was in service": "info"})
    def state(self, version: Version) -> str:
        if version.in_service:
            return "in service"
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
