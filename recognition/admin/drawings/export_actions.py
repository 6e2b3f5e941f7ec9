"""Downloads the listed drawings as a zip of the files that `manage.py export_drawings` writes."""

from __future__ import annotations

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldBooleanSwitchWidget

from recognition.models import AuditEntry, Drawing
from recognition.models.drawing import DrawingQuerySet
from recognition.transfer.export import EXPORTS, UNBUFFERED
from recognition.transfer.zip_stream import stream_zip

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
        help_text="Original strokes include times; simplified ones are whole numbers from 0 to 255.",
        error_messages={"required": "Please choose at least one."},
    )
    accepted = forms.BooleanField(
        required=False,
        initial=True,
        label="Only accepted drawings",
        help_text="Drawings with an accepted label. Untick to include proposed labels.",
        widget=UnfoldBooleanSwitchWidget,
    )


def export_drawings(admin: ModelAdmin[Drawing], request: HttpRequest) -> HttpResponseBase:
    """Ask for formats, then send all drawings that match the list's filters, from all of its pages."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    list_url = reverse("admin:recognition_drawing_changelist")
    try:
        changelist = admin.get_changelist_instance(request)
    except IncorrectLookupParameters:
        return HttpResponseRedirect(f"{list_url}?e=1")
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        formats = form.cleaned_data["formats"]
        drawings = _exported(changelist.queryset, only_accepted=form.cleaned_data["accepted"])
        _record(request, formats)
        return _zip_response(drawings, formats)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": "Export drawings",
        "form": form,
        "count": changelist.result_count,
        "is_filtered": bool(changelist.query or changelist.has_active_filters),
        "back": f"{list_url}?{request.GET.urlencode()}",
    }
    return TemplateResponse(request, "admin/recognition/drawing/export.html", context)


def _exported(shown: DrawingQuerySet, *, only_accepted: bool) -> DrawingQuerySet:
    drawings = Drawing.objects.by_people().filter(pk__in=shown.order_by().values("pk"))
    return drawings.accepted() if only_accepted else drawings


def _zip_response(drawings: DrawingQuerySet, formats: list[str]) -> StreamingHttpResponse:
    name = f"drawings-{timezone.now():%Y-%m-%d-%H%M}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **UNBUFFERED}
    files = (file for form in formats for file in EXPORTS[form](drawings))
    return StreamingHttpResponse(stream_zip(files), content_type="application/zip", headers=headers)


def _record(request: HttpRequest, formats: list[str]) -> None:
    filters = ", ".join(_filter_text(name, str(value)) for name, value in request.GET.items()) or "no filter"
    AuditEntry.objects.record(AuditEntry.Action.EXPORTED, f"drawings as {', '.join(formats)}", filters)


def _filter_text(name: str, value: str) -> str:
    """Return a filter as text for the audit log, without contributors and search terms, which may be ids."""
    return name if name.startswith(("contributor", "q", "id")) else f"{name}={value}"
