"""Pages that go on after a row instead of after a number of rows: as fast on the thousandth page as on the first."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

Rows = TypeVar("Rows", bound=QuerySet[Any])

Place = tuple[datetime, uuid.UUID]  # of a row: when, and which of those at that moment


def address_of(place: Place) -> str:
    """Return a place as an address can hold it."""
    moment, pk = place
    return f"{moment.isoformat()}~{pk}"


def parse_address(given: str) -> Place:
    """Return the place that an address holds. Raises ValueError."""
    moment, _, pk = given.partition("~")
    parsed = parse_datetime(moment)
    if parsed is None or parsed.tzinfo is None:
        raise ValueError(f"no moment: {moment}")
    try:
        return parsed.astimezone(UTC), uuid.UUID(pk)
    except OverflowError as error:
        raise ValueError(f"no moment in this calendar: {moment}") from error


def after(rows: Rows, place: Place, moment: str) -> Rows:
    """Return the rows that come after a place, newest first by the field `moment` and then by the primary key."""
    when, pk = place
    # The first condition says nothing new, but lets an index be entered at the right place.
    newer = Q(**{f"{moment}__lt": when}) | Q(**{moment: when, "pk__lt": pk})
    return rows.filter(**{f"{moment}__lte": when}).filter(newer)
