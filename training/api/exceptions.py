"""Maps the exceptions of training to HTTP errors; recognition.api handles the others."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from recognition.api.exceptions import Conflict, exception_handler
from training.config import InvalidConfig
from training.models import AlreadyOpen


def training_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    return exception_handler(_as_http(error), context)


def _as_http(error: Exception) -> Exception:
    match error:
        case InvalidConfig():
            return ValidationError(error.errors)
        case AlreadyOpen():
            return Conflict(str(error))
    return error
