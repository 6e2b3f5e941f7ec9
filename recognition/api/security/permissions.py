"""Permissions of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from recognition.models import Contributor, Token

if TYPE_CHECKING:
    from rest_framework.views import APIView  # rest_framework.views imports this module


class HasWriteScope(Protocol):
    write_scope: Token.Scope


class HasPermissionName(Protocol):
    permission: str


class TokenHasScope(BasePermission):
    """Requires the scope "read" for safe methods and the view's `write_scope` for others.

    Requests without a token pass.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, Token):
            return True
        if request.method in SAFE_METHODS:
            scope = Token.Scope.READ
        elif request.method in view.allowed_methods:
            scope = cast("HasWriteScope", view).write_scope
        else:
            return True  # the view responds with 405
        self.message = f"This token lacks the scope “{scope.value}”."
        return scope in request.auth.scopes


class IsStaff(BasePermission):
    message = "Only staff may do this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_staff)


class HasPermission(IsStaff):
    """Requires staff with the Django permission that the view's `permission` names, as the admin does."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        permission = cast("HasPermissionName", view).permission
        self.message = f"Your account lacks the permission “{permission}”."
        return request.user.has_perm(permission)


def may(request: Request, permission: str) -> bool:
    """Return whether the user is staff and has a Django permission."""
    return bool(request.user.is_staff) and request.user.has_perm(permission)


class IsKnown(BasePermission):
    """Requires a token, a session or the contributor cookie: other clients have no stored data."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated or isinstance(request.auth, Contributor)
