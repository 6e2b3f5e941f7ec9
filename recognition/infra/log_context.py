"""Fields that every log line carries, such as the id of the request or of the training run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_fields: ContextVar[Mapping[str, str | int]] = ContextVar("log_context", default={})  # noqa: B039  # never changed


def log_fields() -> Mapping[str, str | int]:
    """Return the fields that are bound in this thread or task."""
    return _fields.get()


@contextmanager
def bound_log_fields(**fields: str | int) -> Iterator[None]:
    """Add these fields to every line that is logged in the body."""
    token = _fields.set({**_fields.get(), **fields})
    try:
        yield
    finally:
        _fields.reset(token)
