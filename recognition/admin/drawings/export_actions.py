"""Drawings taken along: what the list shows, as the files that `export_drawings` writes, in one zip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldBooleanSwitchWidget

from recognition.models import AuditEntry, Drawing
from recognition.models.drawing import DrawingQuerySet
from recognition.transfer.export import EXPORTS
from recognition.transfer.zip_stream import stream_zip

if TYPE_CHECKING:
    from recognition.admin.drawings.drawing_admin import DrawingAdmin

FORMATS = [
    ("ndjson", "ndjson: strokes as drawn"),
    ("simplified", "ndjson: simplified strokes"),
    ("bin", "bin: simplified, packed"),
    ("npy", "npy: 28 × 28 pixels"),
    ("csv", "csv: what people said"),
]


class ExportForm(forms.Form):
    formats = forms.MultipleChoiceField(
        choices=FORMATS,
        initial=["ndjson", "npy"],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Strokes as drawn have their times; simplified ones are whole numbers from 0 to 255.",
        error_messages={"required": "Please choose at least one."},
    )
    accepted = forms.BooleanField(
        required=False,
        initial=True,
        label="Only accepted drawings",
        help_text="Those whose label holds. Switched off, proposed labels count as well.",
        widget=UnfoldBooleanSwitchWidget,
    )


def export(admin: DrawingAdmin, request: HttpRequest) -> HttpResponseBase:
    """Ask for formats, then send the drawings that the list shows under the same address, page after page of them."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    address = reverse("admin:recognition_drawing_changelist")
    try:
        found = admin.get_changelist_instance(request)
    except IncorrectLookupParameters:
        return HttpResponseRedirect(f"{address}?e=1")
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        formats = form.cleaned_data["formats"]
        drawings = _chosen(found.queryset, only_accepted=form.cleaned_data["accepted"])
        _record(request, formats)
        return _sent(drawings, formats)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": "Export drawings",
        "form": form,
        "count": found.result_count,
        "is_filtered": bool(found.query or found.has_active_filters),
        "back": f"{address}?{request.GET.urlencode()}",
    }
    return TemplateResponse(request, "admin/recognition/drawing/export.html", context)


def _chosen(shown: DrawingQuerySet, *, only_accepted: bool) -> DrawingQuerySet:
    drawings = Drawing.objects.by_people().filter(pk__in=shown.order_by().values("pk"))
    return drawings.accepted() if only_accepted else drawings


def _sent(drawings: DrawingQuerySet, formats: list[str]) -> StreamingHttpResponse:
    name = f"drawings-{timezone.now():%Y-%m-%d-%H%M}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    files = (file for form in formats for file in EXPORTS[form](drawings))
    return StreamingHttpResponse(stream_zip(files), content_type="application/zip", headers=headers)


def _record(request: HttpRequest, formats: list[str]) -> None:
    filters = ", ".join(_named(name, str(value)) for name, value in request.GET.items()) or "no filter"
    AuditEntry.objects.record(AuditEntry.Action.EXPORTED, f"drawings as {', '.join(formats)}", filters)


def _named(name: str, value: str) -> str:
    """Name a filter; whose drawings they are, and what was searched for, which may be an id, is left out."""
    return name if name.startswith(("contributor", "q", "id")) else f"{name}={value}"
