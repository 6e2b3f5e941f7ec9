"""Users and groups in the admin's look, as https://unfoldadmin.com/docs/installation/auth/ describes.

Only superusers grant rights. Staff with `auth.change_user` manage accounts without any right that they lack themselves:
they could set the password of any other account and sign in with it.
"""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from recognition.admin.widgets.audit_mixin import AuditedAdmin
from recognition.audit import rights_of, rights_of_group
from recognition.models import AuditEntry
from recognition.privacy.deletion import delete_user_data

admin.site.unregister(User)
admin.site.unregister(Group)

RIGHTS = ("is_superuser", "groups", "user_permissions")  # not is_staff: who reaches this page has that themselves


def has_all_rights_of(manager: User | AnonymousUser, user: User) -> bool:
    """Return whether `user` has no right that `manager` lacks; rights of an inactive account count."""
    if manager.is_superuser or user.is_superuser:
        return manager.is_superuser
    permissions = Permission.objects.filter(Q(user=user) | Q(group__user=user))
    names = permissions.values_list("content_type__app_label", "codename").distinct()
    return manager.has_perms([f"{app}.{code}" for app, code in names])


@admin.register(User)
class UnfoldUserAdmin(UserAdmin, AuditedAdmin):  # type: ignore[type-arg]  # generic in the types only
    # In this order: Unfold's ModelAdmin has empty `add_fieldsets`, with which a new user would get no name.
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    changing = AuditEntry.Action.PERMITTED

    def state_of(self, obj: Model) -> str:
        return rights_of(cast("User", obj))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return () if request.user.is_superuser else RIGHTS

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Decide about the change page and the password page."""
        return super().has_change_permission(request, obj) and self._has_all_rights_of(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Decide about the delete page; the action that deletes many asks for each of them."""
        return super().has_delete_permission(request, obj) and self._has_all_rights_of(request, obj)

    def _has_all_rights_of(self, request: HttpRequest, user: User | None) -> bool:
        return user is None or has_all_rights_of(cast("User", request.user), user)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Delete a user and decide again about the labels of drawings that they gave feedback on."""
        delete_user_data(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            delete_user_data(user)
        super().delete_queryset(request, queryset)


@admin.register(Group)
class UnfoldGroupAdmin(AuditedAdmin, GroupAdmin):
    """Groups grant rights to their members, so only superusers add, change and delete them."""

    changing = AuditEntry.Action.PERMITTED

    def state_of(self, obj: Model) -> str:
        return rights_of_group(cast("Group", obj))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return bool(request.user.is_superuser)
