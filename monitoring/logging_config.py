"""Logging settings: JSON lines for machines, plain lines for people.

The fields of a line are listed here, so that no strokes, addresses or tokens are logged. Django, for example, attaches
the whole request to its log records.
"""

from __future__ import annotations

import logging
import re
import time
from datetime import UTC, datetime
from typing import Any, Literal

from pythonjsonlogger.json import JsonFormatter

from recognition.infra.log_context import log_fields

REQUEST_FIELDS = ("method", "view", "status", "milliseconds")  # of a line about a request

# Secrets and addresses in messages of other libraries: passwords in URLs, Authorization headers, Gunicorn's "ip=".
_SECRET = re.compile(
    r"(?<=://)[^\s/@]*:[^\s/@]*(?=@)|(?<=\b[Tt]oken )[\w.:-]{16,}|(?<=\b[Bb]earer )\S+|(?<=\bip=)[\w.:]+\b"
)


def mask_secrets(text: str) -> str:
    """Replace passwords, tokens and addresses with an ellipsis."""
    return _SECRET.sub("…", text)


class OncePerMinute(logging.Filter):
    """Passes one record a minute in each process, without its traceback: for what anybody can cause at will."""

    def __init__(self) -> None:
        super().__init__()
        self._next = float("-inf")

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + 60
        record.exc_info = record.exc_text = None
        return True


class JsonLineFormatter(JsonFormatter):
    """Formats a record as one line with a JSON object."""

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        log_data |= {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": mask_secrets(record.getMessage()),
            **log_fields(),
            **{name: record.__dict__[name] for name in REQUEST_FIELDS if name in record.__dict__},
        }
        if exception := message_dict.get("exc_info"):
            log_data["exception"] = mask_secrets(exception)


class TextFormatter(logging.Formatter):
    """Formats a record as `Level: message (field=value …)`; the level is left out up to INFO."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # overrides logging.Formatter
        level = "" if record.levelno <= logging.INFO else f"{record.levelname.capitalize()}: "
        fields = " ".join(f"{name}={value}" for name, value in log_fields().items())
        return f"{level}{record.message}{f' ({fields})' if fields else ''}"

    def format(self, record: logging.LogRecord) -> str:
        return mask_secrets(super().format(record))


def dict_config(style: Literal["text", "json"]) -> dict[str, Any]:
    """Return the LOGGING setting. https://docs.djangoproject.com/en/5.2/topics/logging/"""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"text": {"()": TextFormatter}, "json": {"()": JsonLineFormatter}},
        "filters": {"once per minute": {"()": OncePerMinute}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": style}},
        "root": {"handlers": ["lines"], "level": "INFO" if style == "json" else "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # The middleware logs client errors with each request; only server errors are errors here.
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "ERROR"},
            "django.security.DisallowedHost": {"filters": ["once per minute"]},
            "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
        },
    }
