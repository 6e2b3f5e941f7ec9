"""Read-only admin pages for records of what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin, TabularInline

NO_SAVE_BUTTONS = {"show_save": False, "show_save_and_continue": False, "show_save_and_add_another": False}


class RecordAdmin(ModelAdmin):
    """A read-only admin. Its rows are deleted only by cascade, which needs the permission to delete them."""

    actions: Sequence[str] | None = None  # in particular, no "delete selected"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        # The help texts of the models' fields are for the code, and nothing is entered here.
        blank = {field.name: "" for field in self.opts.get_fields()}
        return super().get_form(request, obj, change=change, **{**kwargs, "help_texts": blank})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise PermissionDenied

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {**(extra_context or {}), "show_delete": False}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response


class RecordInline(TabularInline):
    """A read-only inline."""

    extra = 0
    can_delete = False
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
