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


class TokenHasScope(BasePermission):
    """A token may read with the scope "read" and change things with its view's `write_scope`; people may do both."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, Token):
            return True
        scope = Token.Scope.READ if request.method in SAFE_METHODS else cast("WriteView", view).write_scope
        self.message = f"This token lacks the scope “{scope.value}”."
        return scope in request.auth.scopes


class IsStaff(BasePermission):
    message = "Only staff may do this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_staff)


class IsKnown(BasePermission):
    """Somebody of whom something may be stored: with a token, a session or the contributor cookie."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated or isinstance(request.auth, Contributor)
