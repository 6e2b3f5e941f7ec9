"""A feedback token lets whoever got it with the answer judge that one drawing, without cookie or account."""

from __future__ import annotations

from uuid import UUID

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

_SALT = "recognition.feedback"


def feedback_token(drawing_id: UUID) -> str:
    return Signer(salt=_SALT).signature(str(drawing_id))


def is_feedback_token(token: str, drawing_id: UUID) -> bool:
    return constant_time_compare(token, feedback_token(drawing_id))
