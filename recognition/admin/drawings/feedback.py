from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import BooleanRadioFilter, RadioFilter, RelatedDropdownFilter
from unfold.decorators import display

from recognition.admin.widgets import thumbnails
from recognition.admin.widgets.pagination import LongTableAdmin
from recognition.admin.widgets.read_only import RecordAdmin, RecordInline
from recognition.admin.widgets.word_search import WordSearchMixin
from recognition.models import Feedback

STATUS_COLOURS = {"accepted": "success", "proposed": "warning", "rejected": "danger"}


@display(description="drawing")
def thumbnail(feedback: Feedback) -> SafeString:
    return thumbnails.thumbnail(feedback.drawing)


@display(description="said", ordering="correct")
def said(feedback: Feedback) -> str:
    if feedback.proposal and not feedback.label:
        return f"wrong: “{feedback.proposal}”, a word that is no class"
    return f"right: {feedback.label}" if feedback.correct else str(feedback)


@display(description="who", label={"staff": "info"})
def who(feedback: Feedback) -> str:
    if feedback.by_staff:
        return "staff"
    return "who drew it" if feedback.contributor_id == feedback.drawing.contributor_id else "somebody else"


@display(description="so the drawing is", label=STATUS_COLOURS)
def outcome(feedback: Feedback) -> str:
    return feedback.drawing.status


class WhoFilter(RadioFilter):
    title = "who said it"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Feedback]) -> list[tuple[str, str]]:
        return [("owner", "who drew it"), ("other", "somebody else"), ("staff", "staff")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> QuerySet[Feedback]:
        others = queryset.filter(by_staff=False)
        match self.value():
            case "staff":
                return queryset.filter(by_staff=True)
            case "owner":
                return others.filter(contributor=F("drawing__contributor"))
            case "other":
                return others.exclude(contributor=F("drawing__contributor"))
        return queryset


class FeedbackInline(RecordInline):
    model = Feedback
    fields = [said, who, "updated_at"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        feedback: QuerySet[Feedback] = super().get_queryset(request)
        return feedback.select_related("label", "proposal")


@admin.register(Feedback)
class FeedbackAdmin(WordSearchMixin, RecordAdmin, LongTableAdmin):
    list_display = [thumbnail, said, who, "drawing", outcome, "updated_at"]
    list_display_links = [thumbnail, said]
    list_filter = [("correct", BooleanRadioFilter), WhoFilter, ("label", RelatedDropdownFilter)]
    search_fields = ["=label__key"]
    search_help_text = "a label, in full"
    ordering = ["-id"]
    fields = [thumbnail, "drawing", said, who, outcome, "created_at", "updated_at"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        feedback: QuerySet[Feedback] = super().get_queryset(request)
        return feedback.select_related("label", "proposal", "drawing__label", "drawing__prompt").defer(
            "drawing__strokes"
        )
