from __future__ import annotations

from functools import cache
from typing import Any

from rest_framework.serializers import Serializer


class BodySerializer(Serializer[Any]):
    """A request's body: null for an optional field is the same as leaving it out."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.allow_null = field.allow_null or not field.required
        return fields

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        return {name: value for name, value in super().to_internal_value(data).items() if value is not None}


def validated(serializer_class: type[Serializer[Any]], data: object) -> dict[str, Any]:
    """Return what the serializer makes of untrusted data. Raises ValidationError, which names each bad field."""
    fields: dict[str, Any] = _serializer(serializer_class).run_validation(data)
    return fields


@cache
def _serializer(serializer_class: type[Serializer[Any]]) -> Serializer[Any]:
    """Make each serializer once, as a nested one is: to copy its fields takes longer than to check them."""
    return serializer_class()
