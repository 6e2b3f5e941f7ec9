"""Room left where everything is written."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Disk:
    free: int  # bytes
    total: int

    @property
    def used_share(self) -> float:
        return 1 - self.free / self.total


def disk() -> Disk:
    """Raises OSError."""
    usage = shutil.disk_usage(settings.VAR)
    return Disk(usage.free, usage.total)
