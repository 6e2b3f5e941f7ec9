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

Position = tuple[datetime, uuid.UUID]  # a row's time and primary key


def format_position(position: Position) -> str:
    """Return a position as text for a query string."""
    time, pk = position
    return f"{time.isoformat()}~{pk}"


def parse_position(text: str) -> Position:
    """Return the position that `format_position` wrote. Raises ValueError."""
    time, _, pk = text.partition("~")
    parsed = parse_datetime(time)
    if parsed is None or parsed.tzinfo is None:
        raise ValueError(f"no moment: {time}")
    try:
        return parsed.astimezone(UTC), uuid.UUID(pk)
    except OverflowError as error:
        raise ValueError(f"no moment in this calendar: {time}") from error


def rows_after(rows: Rows, position: Position, time_field: str) -> Rows:
    """Return the rows after a position, which are sorted by `time_field` and then primary key, newest first."""
    time, pk = position
    older = Q(**{f"{time_field}__lt": time}) | Q(**{time_field: time, "pk__lt": pk})
    # The first filter is redundant, but it lets the database start at the right place of an index.
    return rows.filter(**{f"{time_field}__lte": time}).filter(older)
