from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from recognition.admin.widgets.auto_refresh import AutoRefreshAdmin
from recognition.models import ModelVersion
from training.admin.label_searches import STATUS_COLOURS
from training.jobs import version_exports
from training.models import VersionExport

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Status = VersionExport.Status


class ExportForm(forms.Form):
    version = forms.ModelChoiceField(
        ModelVersion.objects.only("number"),
        to_field_name="number",
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
        error_messages={"invalid_choice": "There is no such version."},
    )
    format = forms.ChoiceField(choices=VersionExport.Format, widget=UnfoldAdminSelectWidget)


@admin.register(VersionExport)
class VersionExportAdmin(AutoRefreshAdmin):
    """Starts and shows exports of versions, and sends their files."""

    list_display = ["number", "state", "requested_by", "created_at"]
    actions_list = ["export_version"]
    fields = ["requested_by", "created_at", "finished_at"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[VersionExport]:
        exports: QuerySet[VersionExport] = super().get_queryset(request)
        large = ("artifact", "labels", "metrics")
        return exports.select_related("version", "requested_by").defer("file", *(f"version__{name}" for name in large))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.download)
        return [path("<int:pk>/file/", view, name="training_versionexport_file"), *super().get_urls()]

    def panel(self, request: HttpRequest, record: VersionExport) -> dict[str, Any]:
        return {"export": record, "may_ask": self.has_ask_permission(request)}

    @action(description="Export a version", icon="file_export", url_path="ask", permissions=["ask"])
    def export_version(self, request: HttpRequest) -> HttpResponse:
        """Ask for a version and a format; then start their export, or redirect to the one that exists."""
        form = ExportForm(request.POST or None, initial={"version": request.GET.get("version")})
        if request.method == "POST" and form.is_valid():
            version, file_format = form.cleaned_data["version"], form.cleaned_data["format"]
            export = version_exports.start_export(version, file_format, by=cast("User", request.user))
            return HttpResponseRedirect(reverse("admin:training_versionexport_change", args=[export.pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "Export a version"}
        return TemplateResponse(request, "admin/training/versionexport/ask.html", context | {"form": form})

    def has_ask_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("training.add_versionexport")

    def download(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        export = get_object_or_404(VersionExport.objects.filter(status=Status.SUCCEEDED), pk=pk)
        headers = {"Content-Disposition": f'attachment; filename="{export.file_name}"'}
        return HttpResponse(bytes(export.file or b""), content_type="application/octet-stream", headers=headers)

    @display(description="export", ordering="version__number")
    def number(self, export: VersionExport) -> str:
        return f"Version {export.version.number} as {export.get_format_display()}"

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def state(self, export: VersionExport) -> tuple[str, str]:
        return export.status, export.get_status_display().lower()
