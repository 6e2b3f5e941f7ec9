from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from recognition import sample_drawings
from recognition.admin.drawings import filters
from recognition.admin.drawings.export_actions import export_drawings
from recognition.admin.drawings.feedback import STATUS_COLOURS, FeedbackInline
from recognition.admin.drawings.first_prediction import with_guesses
from recognition.admin.drawings.moderation_actions import MODERATION_COLOURS, ReportInline, approve, hide
from recognition.admin.drawings.predictions import PredictionInline
from recognition.admin.drawings.review import (
    LabelForm,
    accept,
    label_as_staff,
    mark_gold,
    reject,
    relabel,
    staff_user,
    unmark_gold,
)
from recognition.admin.drawings.sample_actions import remove_samples
from recognition.admin.widgets import thumbnails
from recognition.admin.widgets.pagination import LongTableAdmin
from recognition.admin.widgets.read_only import NO_SAVE_BUTTONS
from recognition.infra.words import word_key
from recognition.models import Drawing, Feedback, Prediction
from recognition.models.drawing import DrawingQuerySet
from recognition.privacy.deletion import delete_drawings
from recognition.stats.metric_labels import rounded_percent

if TYPE_CHECKING:
    from recognition.admin.drawings.first_prediction import GuessedDrawing


@admin.register(Drawing)
class DrawingAdmin(LongTableAdmin):
    """Drawings with their predictions and labels. Staff label, moderate and delete them."""

    list_display = ["thumbnail", "label", "guessed", "right", "state", "source", "shown", "created_at", "short_id"]
    list_display_links = ["thumbnail", "short_id"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("label", RelatedDropdownFilter),
        filters.GuessFilter,
        filters.RightFilter,
        filters.ConfidenceFilter,
        filters.GuessVersionFilter,
        filters.GoldFilter,
        ("source", ChoicesDropdownFilter),
        ("moderation", ChoicesDropdownFilter),
        "created_at",
    ]
    list_before_template = "admin/recognition/drawing/before_list.html"
    list_select_related = ["label", "prompt"]
    search_fields = ["label__name"]
    search_help_text = "a label, or the beginning of an id"
    ordering = ["-created_at", "-id"]
    actions = [accept, reject, relabel, mark_gold, unmark_gold, approve, hide]
    inlines = [PredictionInline, FeedbackInline, ReportInline]
    fieldsets = [
        (None, {"fields": ["label", "state", "prompt", "drawn_by", "source", "shown", "created_at", "split", "id"]}),
        ("Strokes", {"fields": ["raw_strokes"], "classes": ["collapse"]}),
    ]
    readonly_fields = [name for _, options in fieldsets for name in options["fields"]]

    def get_queryset(self, request: HttpRequest) -> QuerySet[GuessedDrawing]:
        return with_guesses(super().get_queryset(request).defer("strokes"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[GuessedDrawing], search_term: str
    ) -> tuple[QuerySet[GuessedDrawing], bool]:
        """Search by the beginning of an id or a label, both of which use an index."""
        if ids := filters.id_range(search_term):
            return queryset.filter(pk__range=ids), False
        return queryset.filter(label__key__startswith=word_key(search_term)) if search_term else queryset, False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<uuid:pk>/review/", view(require_POST(self.review)), name="recognition_drawing_review"),
            path("export/", view(partial(export_drawings, self)), name="recognition_drawing_export"),
            path("samples/", view(partial(remove_samples, self)), name="recognition_drawing_samples"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_remove = self.has_delete_permission(request)
        context = {**(extra_context or {}), "has_samples": may_remove and sample_drawings.exist()}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def review(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Store the label that staff give on a drawing's page, or reject the drawing."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        drawing = get_object_or_404(Drawing.objects.with_predictions(), pk=pk)
        form = LabelForm(request.POST)
        if "reject" in request.POST:
            label_as_staff(drawing, None, by=staff_user(request))
            messages.success(request, "Rejected. Training does not use it.")
        elif form.is_valid():
            label_as_staff(drawing, form.cleaned_data["label"], by=staff_user(request))
            messages.success(request, f"Labelled as {form.cleaned_data['label']}. Training may use it.")
        else:
            messages.error(request, str(form.errors["label"][0]))
        back = reverse("admin:recognition_drawing_change", args=[pk])
        return HttpResponseRedirect(f"{back}?{request.GET.urlencode()}")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Drawing, form: Any, change: bool) -> None:
        """Do nothing: a drawing is not editable, and its label follows from feedback."""

    def delete_model(self, request: HttpRequest, obj: Drawing) -> None:
        delete_drawings(Drawing.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: DrawingQuerySet) -> None:
        delete_drawings(Drawing.objects.filter(pk__in=queryset.order_by().values("pk")))

    def get_deleted_objects(
        self, objs: Iterable[Drawing], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Count what is deleted along with the drawings, which needs no further permissions."""
        drawings = list(objs)
        counts = {
            "drawings": len(drawings),
            "predictions": Prediction.objects.filter(drawing__in=drawings).count(),
            "feedback": Feedback.objects.filter(drawing__in=drawings).count(),
        }
        return [str(drawing) for drawing in drawings], counts, set(), []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: GuessedDrawing, **kwargs: Any
    ) -> HttpResponse:
        context |= {
            "sketch": thumbnails.sketch(obj),
            "bitmap": thumbnails.bitmap(obj),
            "label_form": LabelForm(initial={"label": obj.label or obj.guess}),
            **NO_SAVE_BUTTONS,
        }
        response: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        return response

    def thumbnail(self, drawing: Drawing) -> SafeString:
        return thumbnails.thumbnail(drawing)

    @display(description="guess", ordering="confidence")
    def guessed(self, drawing: GuessedDrawing) -> str | None:
        if drawing.guess is None:
            return None
        unsure = "" if drawing.known else ", unsure"
        return f"{drawing.guess} {rounded_percent(drawing.confidence)}{unsure}"

    @display(boolean=True)
    def right(self, drawing: GuessedDrawing) -> bool | None:
        return drawing.guess == drawing.label.name if drawing.label else None

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def state(self, drawing: Drawing) -> str:
        return drawing.status

    @display(description="gallery", ordering="moderation", label=MODERATION_COLOURS)
    def shown(self, drawing: Drawing) -> str:
        return drawing.moderation or "–"

    @display(description="id")
    def short_id(self, drawing: Drawing) -> str:
        return str(drawing.pk)[: filters.SHORT_ID_LENGTH]

    @display(description="contributor")
    def drawn_by(self, drawing: Drawing) -> SafeString:
        url = reverse("admin:recognition_contributor_change", args=[drawing.contributor_id])
        return format_html(
            '<a class="text-link" href="{}">{}</a>', url, str(drawing.contributor_id)[: filters.SHORT_ID_LENGTH]
        )

    @display(description="as drawn, with times")
    def raw_strokes(self, drawing: Drawing) -> SafeString:
        if drawing.strokes is None:
            return SafeString("an uploaded image: only its bitmap is kept")
        return format_html('<pre class="doodle-raw">{}</pre>', json.dumps(drawing.strokes))
