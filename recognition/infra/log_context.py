"""What every line of the log says beside its message: which request or which training run it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_fields: ContextVar[Mapping[str, str | int]] = ContextVar("log_context", default={})  # noqa: B039  # never changed


def log_fields() -> Mapping[str, str | int]:
    """Return what the lines of this thread or task carry now."""
    return _fields.get()


@contextmanager
def logged_with(**fields: str | int) -> Iterator[None]:
    """Have every line that is logged in the body carry these fields, too."""
    token = _fields.set({**_fields.get(), **fields})
    try:
        yield
    finally:
        _fields.reset(token)
