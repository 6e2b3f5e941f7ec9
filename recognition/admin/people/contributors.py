from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Count, IntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RadioFilter
from unfold.decorators import display

from recognition.admin.widgets.pagination import LongTableAdmin
from recognition.models import Contributor, Drawing, Feedback
from recognition.privacy.deletion import delete_contributor_data

if TYPE_CHECKING:
    from typing import TypedDict

    from django_stubs_ext import WithAnnotations

    class ContributorCounts(TypedDict):
        drawing_count: int
        feedback_count: int

    CountedContributor = WithAnnotations[Contributor, ContributorCounts]


def _count(model: type[Model]) -> Coalesce:
    rows = model._default_manager.filter(contributor=OuterRef("pk")).order_by().values("contributor")
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count"), output_field=IntegerField()), 0)


class KindFilter(RadioFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Contributor]) -> list[tuple[str, str]]:
        return [("anonymous", "anonymous"), ("user", "signed in")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Contributor]) -> QuerySet[Contributor]:
        kinds = {"anonymous": True, "user": False}
        return queryset.filter(user__isnull=kinds[self.value()]) if self.value() in kinds else queryset


@admin.register(Contributor)
class ContributorAdmin(LongTableAdmin):
    """Contributors, shown by random ids only: names are not needed to see who floods the site."""

    list_display = ["short_id", "kind", "drawings", "judgements", "created_at"]
    list_filter = [KindFilter]
    ordering = ["-created_at"]
    search_fields = ["=id"]
    search_help_text = "an id, in full"
    fields = ["id", "kind", "drawings", "judgements", "created_at"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[CountedContributor]:
        contributors: QuerySet[Contributor] = super().get_queryset(request)
        return contributors.annotate(drawing_count=_count(Drawing), feedback_count=_count(Feedback))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Contributor | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Contributor) -> None:
        delete_contributor_data(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Contributor]) -> None:
        for contributor in queryset:
            delete_contributor_data(contributor)

    def get_deleted_objects(
        self, objs: Iterable[Contributor], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Return counts instead of thousands of drawings; the right to delete a contributor includes them."""
        contributors = list(objs)
        counts = {
            "contributors": len(contributors),
            "drawings": Drawing.objects.filter(contributor__in=contributors).count(),
            "feedback": Feedback.objects.filter(contributor__in=contributors).count(),
        }
        return [self.short_id(contributor) for contributor in contributors], counts, set(), []

    @display(description="contributor")
    def short_id(self, contributor: Contributor) -> str:
        return str(contributor.pk)[:8]

    @display(label={"signed in": "info"})
    def kind(self, contributor: Contributor) -> str:
        return "signed in" if contributor.user_id else "anonymous"

    @display(description="drawings")
    def drawings(self, contributor: CountedContributor) -> SafeString:
        url = reverse("admin:recognition_drawing_changelist")
        query = f"contributor__id__exact={contributor.pk}"
        return format_html('<a class="text-link" href="{}?{}">{}</a>', url, query, contributor.drawing_count)

    @display(description="feedback given")
    def judgements(self, contributor: CountedContributor) -> int:
        return contributor.feedback_count
