"""Imports of drawings: users upload a file, workers import it, and its page shows the progress."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldBooleanSwitchWidget

from recognition.admin.drawings.review import LabelForm, staff_user
from recognition.admin.widgets.auto_refresh import AutoRefreshAdmin
from recognition.admin.widgets.confirmation import confirmation_page
from recognition.models import DrawingImport
from recognition.submission import DiskReserveReached
from recognition.transfer import import_job
from recognition.transfer.files import ENDINGS
from recognition.transfer.rows import InvalidFile


class UploadForm(LabelForm):
    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget({"accept": ",".join([*ENDINGS, ".gz"])}),
        help_text="ndjson, jsonl, json or bin with strokes, as Quick, Draw! and the export have, also as gz; npy with "
        "bitmaps, white on black; or the export’s zip.",
        error_messages={"required": "Please choose a file.", "empty": "The file is empty."},
    )
    accept = forms.BooleanField(
        required=False,
        label="Accept the words as your feedback",
        help_text="Otherwise they are only proposed, and somebody has to confirm them.",
        widget=UnfoldBooleanSwitchWidget,
    )
    only_recognized = forms.BooleanField(
        required=False,
        label="Only recognized drawings",
        help_text='Leave out lines that do not say "recognized": true, as Quick, Draw! marks them.',
        widget=UnfoldBooleanSwitchWidget,
    )
    field_order = ["file", "label", "accept", "only_recognized"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"].required = False
        self.fields["label"].label = "Class"
        self.fields["label"].help_text = "If empty, each line says the word, or the name of an npy or bin file."


@admin.register(DrawingImport)
class DrawingImportAdmin(AutoRefreshAdmin):
    """Imports of uploaded files, with their progress."""

    list_display = ["file", "state", "stored", "known", "refused", "by", "created_at"]
    list_select_related = ["by"]
    ordering = ["-created_at", "-id"]
    actions_list = ["upload"]
    fields = ["file", "word", "accept", "only_recognized", "by", "created_at", "finished_at"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[DrawingImport]:
        imports: QuerySet[DrawingImport] = super().get_queryset(request).select_related("by")
        return imports

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/stop/", view(self.stop), name="recognition_drawingimport_stop"),
            path("<int:pk>/retry/", view(require_POST(self.retry)), name="recognition_drawingimport_retry"),
            *super().get_urls(),
        ]

    def panel(self, request: HttpRequest, record: DrawingImport) -> dict[str, Any]:
        done = record.parts - record.waiting.count()
        return {
            "found": record,
            "percent": 100 * done // record.parts if record.parts else 100,
            "may_stop": self.has_upload_permission(request),
            "untold": record.refused - len(record.refusals),
            "may_retry": not record.is_open and self._may_retry(request) and record.kept.exists(),
        }

    @action(description="Import drawings", icon="upload_file", permissions=["upload"])
    def upload(self, request: HttpRequest) -> HttpResponse:
        """Accept a file, start its import and redirect to the import's page."""
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and (started := self._start(request, form)):
            return HttpResponseRedirect(reverse("admin:recognition_drawingimport_change", args=[started.pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "Import drawings", "form": form}
        return TemplateResponse(request, "admin/recognition/drawingimport/upload.html", context)

    def has_upload_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("recognition.add_drawingimport")

    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stop an import. Drawings imported so far are kept. A GET shows the confirmation page."""
        if not self.has_upload_permission(request):
            raise PermissionDenied
        drawing_import = get_object_or_404(DrawingImport.objects.open(), pk=pk)
        back = reverse("admin:recognition_drawingimport_change", args=[pk])
        if request.method != "POST":
            notes = ["Drawings that are already imported stay. The rest of the file is dropped."]
            question = f"Stop the import of {drawing_import}?"
            return confirmation_page(self, request, question, button="Stop here", back=back, notes=notes)
        drawing_import.finish(f"Stopped by {request.user}.")
        self.log_change(request, drawing_import, "Stopped.")
        messages.success(request, "Stopped. Drawings that are already imported stay.")
        return HttpResponseRedirect(back)

    def retry(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add the unknown words of an import as classes, and import their drawings."""
        if not self._may_retry(request):
            raise PermissionDenied
        again = import_job.retry_with_new_classes(pk, by=staff_user(request))
        if again:
            self.log_addition(request, again, "Added its words, and tried again.")
        else:
            messages.error(request, "The file of that import is gone; please upload it again.")
        return HttpResponseRedirect(reverse("admin:recognition_drawingimport_change", args=[again.pk if again else pk]))

    def _may_retry(self, request: HttpRequest) -> bool:
        return self.has_upload_permission(request) and request.user.has_perm("recognition.add_doodleclass")

    @display(description="state", label={"waiting": "warning", "stopped": "danger", "done": "success"})
    def state(self, drawing_import: DrawingImport) -> str:
        return "waiting" if drawing_import.is_open else "stopped" if drawing_import.error else "done"

    def _start(self, request: HttpRequest, form: UploadForm) -> DrawingImport | None:
        word = str(form.cleaned_data["label"] or "")
        accept, only_recognized = form.cleaned_data["accept"], form.cleaned_data["only_recognized"]
        try:
            started = import_job.start(
                form.cleaned_data["file"],
                by=staff_user(request),
                word=word,
                accept=accept,
                only_recognized=only_recognized,
            )
        except (InvalidFile, DiskReserveReached) as error:
            form.add_error("file", str(error))
            return None
        self.log_addition(request, started, "Uploaded, its words accepted." if accept else "Uploaded.")
        return started
