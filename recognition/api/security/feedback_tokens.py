"""A feedback token allows a client without cookie or account to give feedback on one drawing, for 30 days.

The response to a new drawing contains it. It is as old as the drawing, so that a repeated request gets the same one.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.signing import Signer
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from recognition.models import Drawing

_SALT = "recognition.feedback"
MAX_AGE = timedelta(days=30)


def feedback_token(drawing: Drawing) -> str:
    return Signer(salt=_SALT).signature(str(drawing.pk))


def is_feedback_token(token: str, drawing: Drawing) -> bool:
    """Tell whether a token opens a drawing: it is its own and has not expired, and staff or a report do not hide it."""
    if drawing.is_hidden and not drawing.is_private:
        return False
    stored_at = drawing.stored_at or drawing.created_at  # of drawings of older releases
    return timezone.now() - stored_at <= MAX_AGE and constant_time_compare(token, feedback_token(drawing))
