from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.forms import Media
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action, display

from recognition.admin.widgets.auto_refresh import AutoRefreshAdmin
from training.jobs import label_search_jobs
from training.models import LabelSearch, SearchIsOpen

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Status = LabelSearch.Status
STATUS_COLOURS = {
    Status.QUEUED: "warning",
    Status.RUNNING: "info",
    Status.SUCCEEDED: "success",
    Status.FAILED: "danger",
}


@admin.register(LabelSearch)
class LabelSearchAdmin(AutoRefreshAdmin):
    """Starts and shows searches for label errors in Quick, Draw!. Reviewers see their suspects under /review/."""

    list_display = ["number", "state", "version", "total", "found", "listed", "requested_by", "created_at"]
    list_select_related = ["requested_by"]
    actions_list = ["search_label_errors"]
    fields = ["requested_by", "rows", "created_at", "finished_at"]
    readonly_fields = fields

    @property
    def media(self) -> Media:
        media: Media = super().media
        css: dict[str, Sequence[str]] = {"all": ["css/training-admin.css"]}
        return media + Media(css=css)

    def panel(self, request: HttpRequest, record: LabelSearch) -> dict[str, Any]:
        return {"search": record}

    @action(description="Look for label errors", icon="search", url_path="ask", permissions=["ask"])
    def search_label_errors(self, request: HttpRequest) -> HttpResponse:
        """Start a search, or redirect to the open one. A GET shows the confirmation page."""
        if request.method != "POST":
            context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "Look for label errors"}
            return TemplateResponse(request, "admin/training/labelsearch/ask.html", context)
        try:
            search = label_search_jobs.start_search(by=cast("User", request.user))
            messages.success(request, f"{str(search).capitalize()} is queued.")
        except SearchIsOpen as already:
            search = already.search
            messages.error(request, str(already))
        return HttpResponseRedirect(reverse("admin:training_labelsearch_change", args=[search.pk]))

    def has_ask_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("training.add_labelsearch")

    @display(description="search", ordering="pk")
    def number(self, search: LabelSearch) -> str:
        return str(search).capitalize()

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def state(self, search: LabelSearch) -> tuple[str, str]:
        return search.status, search.get_status_display().lower()
