"""Decides who may see a drawing: everyone who knows its id, or its contributor and staff who may if it is hidden."""

from __future__ import annotations

from rest_framework.request import Request

from recognition.accounts.identity import contributor_of
from recognition.models import Drawing

SEEN_BY = ("moderation", "contributor")  # the fields of a drawing that `visible` reads


def visible(request: Request, drawing: Drawing) -> Drawing:
    """Return the drawing. Raises Drawing.DoesNotExist if it is hidden from the client."""
    if drawing.is_hidden and not drawing.may_be_seen_by(contributor_of(request), request.user):
        raise Drawing.DoesNotExist
    return drawing
