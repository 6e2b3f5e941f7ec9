"""Admin pages of background jobs, with a panel that refreshes itself."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import Media, Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from recognition.admin.widgets.read_only import RecordAdmin


class AutoRefreshAdmin(RecordAdmin):
    """A read-only admin with a refreshing panel.

    The panel's template is `panel.html` in the model's folder of admin templates.
    """

    refresh_script = "js/admin/auto_refresh.js"

    def panel(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """Return the context of the panel's template."""
        raise NotImplementedError

    def page(self, record: Any) -> dict[str, Any]:
        """Return additional context of the record's page, which does not refresh."""
        return {}

    @property
    def media(self) -> Media:
        media: Media = super().media
        return media + Media(js=[Script(self.refresh_script, type="module")])  # type: ignore[list-item]

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_live"
        return [path("<int:pk>/live/", self.admin_site.admin_view(self.live), name=name), *super().get_urls()]

    def live(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the record's current panel as HTML, which the script swaps into the page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = get_object_or_404(self.get_queryset(request), pk=pk)
        template = f"admin/{self.opts.app_label}/{self.opts.model_name}/panel.html"
        return TemplateResponse(request, template, self.panel(request, record))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        record: Model | None = self.get_object(request, object_id or "")
        context = self.panel(request, record) | self.page(record) if record else {}
        response: HttpResponse = super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )
        return response
