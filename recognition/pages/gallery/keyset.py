"""Keyset pagination: a page starts after a given row, not after a number of rows.

The thousandth page is as fast as the first. See https://use-the-index-luke.com/no-offset
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

Rows = TypeVar("Rows", bound=QuerySet[Any])

Position = tuple[datetime | float, uuid.UUID]  # what the rows are sorted by, and the primary key of a row


def format_position(position: Position) -> str:
    """Return a position as text for a query string."""
    value, pk = position
    return f"{value.isoformat() if isinstance(value, datetime) else value}~{pk}"


def parse_position(text: str, *, is_moment: bool = True) -> Position:
    """Return the position that `format_position` wrote, of rows sorted by time or by a number. Raises ValueError."""
    value, _, pk = text.partition("~")
    return _moment(value) if is_moment else float(value), uuid.UUID(pk)


def rows_after(rows: Rows, position: Position, field: str, *, ascending: bool = False) -> Rows:
    """Return the rows after a position, of rows that are sorted by `field` and then primary key."""
    value, pk = position
    after = "gt" if ascending else "lt"
    later = Q(**{f"{field}__{after}": value}) | Q(**{field: value, f"pk__{after}": pk})
    # The first filter is redundant, but it lets the database start at the right place of an index.
    return rows.filter(**{f"{field}__{after}e": value}).filter(later)


def _moment(text: str) -> datetime:
    parsed = parse_datetime(text)
    if parsed is None or parsed.tzinfo is None:
        raise ValueError(f"no moment: {text}")
    try:
        return parsed.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"no moment in this calendar: {text}") from error
