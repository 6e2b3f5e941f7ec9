"""How the log is written: JSON for machines, a line for a person.

What a line may say is listed here, so that nothing else gets in: no strokes, no addresses, no tokens. Django, for one,
attaches the whole request to what it logs.
"""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import Any, Literal

from pythonjsonlogger.json import JsonFormatter

from recognition.infra.log_context import log_fields

REQUEST_FACTS = ("method", "view", "status", "milliseconds")  # what a line about a request says in fields of its own

# Secrets and addresses in other libraries' messages: passwords in URLs, Authorization headers, Gunicorn's "ip=".
_SECRET = re.compile(
    r"(?<=://)[^\s/@]*:[^\s/@]*(?=@)|(?<=\b[Tt]oken )[\w.:-]{16,}|(?<=\b[Bb]earer )\S+|(?<=\bip=)[\w.:]+\b"
)


def masked(text: str) -> str:
    return _SECRET.sub("…", text)


class JsonLines(JsonFormatter):
    """One JSON object a line."""

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        log_data |= {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": masked(record.getMessage()),
            **log_fields(),
            **{name: record.__dict__[name] for name in REQUEST_FACTS if name in record.__dict__},
        }
        if exception := message_dict.get("exc_info"):
            log_data["exception"] = masked(exception)


class PlainLines(logging.Formatter):
    """The message; before it how bad it is, unless it is good news; after it what it is about."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # its name
        grave = "" if record.levelno <= logging.INFO else f"{record.levelname.capitalize()}: "
        about = " ".join(f"{name}={value}" for name, value in log_fields().items())
        return f"{grave}{record.message}{f' ({about})' if about else ''}"

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def configuration(style: Literal["text", "json"]) -> dict[str, Any]:
    """Return the setting LOGGING. https://docs.djangoproject.com/en/5.2/topics/logging/"""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"text": {"()": PlainLines}, "json": {"()": JsonLines}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": style}},
        "root": {"handlers": ["lines"], "level": "INFO" if style == "json" else "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # What clients do wrong is told by the requests' own lines; what goes wrong here is an error.
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "ERROR"},
            "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
        },
    }
