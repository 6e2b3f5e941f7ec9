from __future__ import annotations

from functools import cache
from typing import Any

from rest_framework.serializers import Serializer


def validated(serializer_class: type[Serializer[Any]], data: object) -> dict[str, Any]:
    """Return what the serializer makes of untrusted data. Raises ValidationError, which names each bad field."""
    fields: dict[str, Any] = _serializer(serializer_class).run_validation(data)
    return fields


@cache
def _serializer(serializer_class: type[Serializer[Any]]) -> Serializer[Any]:
    """Make each serializer once, as a nested one is: to copy its fields takes longer than to check them."""
    return serializer_class()
