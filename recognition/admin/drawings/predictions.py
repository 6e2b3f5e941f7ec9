from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import BooleanRadioFilter, DropdownFilter, RangeNumericFilter
from unfold.decorators import display

from recognition.admin.widgets import thumbnails
from recognition.admin.widgets.pagination import LongTableAdmin
from recognition.admin.widgets.read_only import RecordAdmin, RecordInline
from recognition.admin.widgets.word_search import WordSearchMixin
from recognition.models import ModelVersion, Prediction
from recognition.stats.metric_labels import percent


@display(description="drawing")
def thumbnail(prediction: Prediction) -> SafeString:
    return thumbnails.thumbnail(prediction.drawing)


@display(description="confidence", ordering="confidence")
def confidence(prediction: Prediction) -> str:
    return percent(prediction.confidence)


@display(description="by", ordering="model_version")
def by(prediction: Prediction) -> str:
    return str(prediction.model_version)


@display(description="took", ordering="milliseconds")
def took(prediction: Prediction) -> str:
    return f"{prediction.milliseconds:.1f} ms"


@display(description="most likely")
def most_likely(prediction: Prediction) -> str:
    return ", ".join(f"{guess['label']} {percent(guess['confidence'])}" for guess in prediction.top)


class PredictionVersionFilter(DropdownFilter):
    title = "version"
    parameter_name = "version"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Prediction]) -> list[tuple[str, str]]:
        return [(str(number), f"version {number}") for number in ModelVersion.objects.values_list("number", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Prediction]) -> QuerySet[Prediction]:
        return queryset.filter(model_version__number=self.value()) if self.value() else queryset


class PredictionInline(RecordInline):
    model = Prediction
    fields = [by, "label", confidence, "recognized", most_likely, took]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prediction]:
        return Prediction.objects.with_version()


@admin.register(Prediction)
class PredictionAdmin(WordSearchMixin, RecordAdmin, LongTableAdmin):
    list_display = [thumbnail, "label", confidence, "recognized", by, took, "created_at"]
    list_display_links = [thumbnail, "label"]
    list_filter = [PredictionVersionFilter, ("recognized", BooleanRadioFilter), ("confidence", RangeNumericFilter)]
    search_fields = ["=label"]
    search_help_text = "a label, in full"
    ordering = ["-id"]
    fields = [thumbnail, "drawing", "label", confidence, "recognized", most_likely, by, took, "created_at"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prediction]:
        predictions = Prediction.objects.with_version().select_related("drawing__label", "drawing__prompt")
        return predictions.defer("drawing__strokes").order_by(*self.ordering)
