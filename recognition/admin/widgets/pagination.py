"""Lists of tables that grow for ever."""

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

MOST_COUNTED = 10_000  # rows; whoever looks for more has a filter


class ShortPaginator(Paginator):  # type: ignore[type-arg]  # not generic at run time
    """Counts and pages the first 10,000 rows only, so that a list opens as fast with millions of them."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Model]", self.object_list)
        return rows.order_by().values("pk")[:MOST_COUNTED].count()


class LongChangeList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count  # else the page offers to "show all" of what it shows


class LongTableAdmin(ModelAdmin):
    """Opens at once however long the table is: nothing counts or sorts all of it unless it is asked to."""

    paginator = ShortPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # each counts the whole table
    list_per_page = 50
    list_max_show_all = 0
    list_filter_submit = True

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return LongChangeList
