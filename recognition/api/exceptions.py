"""Maps exceptions to HTTP responses for the whole API."""

from __future__ import annotations

import logging
import re
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, SuspiciousOperation, ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import UnreadablePostError
from rest_framework import exceptions, views
from rest_framework.response import Response

from recognition.inference.results import InvalidArtifact
from recognition.labeling.feedback import NothingPredicted
from recognition.models.trial import CannotStartTrial
from recognition.serving.model_loader import NoModelInService
from recognition.submission import DiskReserveReached, IdempotencyKeyReused
from recognition.throttling.expensive import TooBusy

logger = logging.getLogger(__name__)


class Unavailable(exceptions.APIException):
    """Becomes a 503 response with `Retry-After`, in seconds."""

    status_code = 503

    def __init__(self, detail: str, *, wait: int) -> None:
        super().__init__(detail)
        self.wait = wait  # DRF sends it as Retry-After


class Conflict(exceptions.APIException):
    status_code = 409


class Unprocessable(exceptions.APIException):
    status_code = 422


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    error = _as_http(error)
    if isinstance(error, exceptions.UnsupportedMediaType):
        types = (parser.media_type for parser in context["view"].parser_classes)
        error.detail = exceptions.ErrorDetail(f"{error.detail} Send {' or '.join(types)}.", error.default_code)
    elif isinstance(error, exceptions.MethodNotAllowed):
        methods = ", ".join(context["view"].allowed_methods)
        error.detail = exceptions.ErrorDetail(f"{error.detail} Allowed: {methods}.", error.default_code)
    return views.exception_handler(error, context)


def _noun(error: ObjectDoesNotExist) -> str:
    """Return what was looked for in words: "model version" for ModelVersion.DoesNotExist."""
    model = type(error).__qualname__.partition(".")[0]
    return re.sub(r"(?<!^)(?=[A-Z])", " ", model).lower()


def _as_http(error: Exception) -> Exception:
    match error:
        case TooBusy() | DiskReserveReached() | NoModelInService() | OperationalError() | InterfaceError():
            return _as_unavailable(error)
        case IntegrityError():
            logger.error("Rows changed under a request.", exc_info=error)
            return Conflict("Something that this refers to changed at the same moment; nothing was stored. Try again.")
        case InvalidArtifact() | CannotStartTrial():
            return Conflict(str(error))
        case IdempotencyKeyReused():
            return Unprocessable(
                {"Idempotency-Key": ["You sent another request with this key. Send this one with a new key."]}
            )
        case NothingPredicted():
            return exceptions.ValidationError({"correct": ["There is no guess that could be right; give a label."]})
        case ObjectDoesNotExist():
            return exceptions.NotFound(f"There is no such {_noun(error)}.")
        case ValidationError():
            return exceptions.ParseError(" ".join(error.messages))  # not a list: every error response is an object
        case SuspiciousOperation() | UnreadablePostError():
            return exceptions.ParseError(str(error))
    return error


def _as_unavailable(error: Exception) -> Unavailable:
    match error:
        case TooBusy():
            return Unavailable("Too many large drawings or images are being recognized right now.", wait=1)
        case DiskReserveReached():
            return Unavailable(str(error), wait=60)
        case NoModelInService():
            return Unavailable("No model is in service yet.", wait=5)
    logger.error("The database did not answer.", exc_info=error)
    return Unavailable("The database is busy or cannot be reached; nothing was stored.", wait=1)
