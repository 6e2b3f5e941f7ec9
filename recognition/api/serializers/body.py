from __future__ import annotations

from typing import Any

from rest_framework import serializers


class BodySerializer(serializers.Serializer[Any]):
    """A request's body: null for an optional field is the same as leaving it out."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.allow_null = field.allow_null or not field.required
        return fields

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        return {name: value for name, value in super().to_internal_value(data).items() if value is not None}
