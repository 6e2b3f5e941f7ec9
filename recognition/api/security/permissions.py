"""Who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from recognition.models import Contributor, Token

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it imports this module


class WriteView(Protocol):
    write_scope: Token.Scope


class GuardedView(Protocol):
    permission: str


class TokenHasScope(BasePermission):
    """A token may read with the scope "read" and change things with its view's `write_scope`; people may do both."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, Token):
            return True
        if request.method in SAFE_METHODS:
            scope = Token.Scope.READ
        elif request.method in view.allowed_methods:
            scope = cast("WriteView", view).write_scope
        else:
            return True  # the view answers that it has no such method
        self.message = f"This token lacks the scope “{scope.value}”."
        return scope in request.auth.scopes


class IsStaff(BasePermission):
    message = "Only staff may do this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_staff)


class HasPermission(IsStaff):
    """Staff with the permission of Django's that the view names, the one that the admin asks for, too."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        permission = cast("GuardedView", view).permission
        self.message = f"Your account lacks the permission “{permission}”."
        return request.user.has_perm(permission)


def may(request: Request, permission: str) -> bool:
    """Tell whether somebody on the staff asks who has a permission of Django's."""
    return bool(request.user.is_staff) and request.user.has_perm(permission)


class IsKnown(BasePermission):
    """Somebody of whom something may be stored: with a token, a session or the contributor cookie."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated or isinstance(request.auth, Contributor)
