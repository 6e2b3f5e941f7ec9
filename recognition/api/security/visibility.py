"""Who may see a drawing: everybody who knows its id, but a hidden one only who drew it and staff."""

from __future__ import annotations

from rest_framework.request import Request

from recognition.api.security.authentication import contributor_of
from recognition.models import Drawing

SEEN_BY = ("moderation", "contributor")  # fields that decide


def visible(request: Request, drawing: Drawing) -> Drawing:
    """Return the drawing. Raises Drawing.DoesNotExist where it is hidden from whoever asks."""
    if drawing.is_hidden and not drawing.may_be_seen_by(contributor_of(request), is_staff=request.user.is_staff):
        raise Drawing.DoesNotExist
    return drawing
