"""Users and groups in the admin's look, as https://unfoldadmin.com/docs/installation/auth/ says."""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from recognition.admin.widgets.audit_mixin import AuditedAdmin
from recognition.audit import rights_of, rights_of_group
from recognition.models import AuditEntry
from recognition.privacy.deletion import delete_user_data

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UnfoldUserAdmin(AuditedAdmin, UserAdmin):  # type: ignore[type-arg]  # generic in the types only
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    changing = AuditEntry.Action.PERMITTED

    def state_of(self, obj: Model) -> str:
        return rights_of(cast("User", obj))

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Let the labels of what others drew follow, as whenever somebody is forgotten."""
        delete_user_data(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            delete_user_data(user)
        super().delete_queryset(request, queryset)


@admin.register(Group)
class UnfoldGroupAdmin(AuditedAdmin, GroupAdmin):
    changing = AuditEntry.Action.PERMITTED

    def state_of(self, obj: Model) -> str:
        return rights_of_group(cast("Group", obj))
