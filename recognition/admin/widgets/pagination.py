"""Admin lists of tables that grow without limit."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from django.contrib.admin import ShowFacets
from django.core.paginator import Paginator
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

MAX_LISTED_ROWS = 10_000  # filters find older rows


class ShortPaginator(Paginator):  # type: ignore[type-arg]  # not generic at run time
    """Counts and pages only the first 10,000 rows, so that a list of millions opens as fast."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Model]", self.object_list)
        return rows.order_by().values("pk")[:MAX_LISTED_ROWS].count()


class LongChangeList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count  # otherwise the page has a "show all" link without effect


class LongTableAdmin(ModelAdmin):
    """Opens fast for tables of any size: without a filter, no query counts or sorts all rows."""

    paginator = ShortPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # each facet counts the whole table
    list_per_page = 50
    list_max_show_all = 0
    list_filter_submit = True

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return LongChangeList
