"""A feedback token allows a client without cookie or account to give feedback on one drawing.

The response to a new drawing contains it.
"""

from __future__ import annotations

from uuid import UUID

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

_SALT = "recognition.feedback"


def feedback_token(drawing_id: UUID) -> str:
    return Signer(salt=_SALT).signature(str(drawing_id))


def is_feedback_token(token: str, drawing_id: UUID) -> bool:
    return constant_time_compare(token, feedback_token(drawing_id))
