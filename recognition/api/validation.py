from __future__ import annotations

from typing import Any

from rest_framework.serializers import Serializer


def validated(serializer: Serializer[Any]) -> dict[str, Any]:
    """Return what the serializer makes of its data. Raises ValidationError, which names each bad field."""
    serializer.is_valid(raise_exception=True)
    fields: dict[str, Any] = serializer.validated_data
    return fields
