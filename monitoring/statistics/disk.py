"""Free space on the disk that holds DOODLE_VAR."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class DiskUsage:
    free: int  # bytes
    total: int  # bytes

    @property
    def used_share(self) -> float:
        return 1 - self.free / self.total


def disk_usage() -> DiskUsage:
    """Raises OSError."""
    usage = shutil.disk_usage(settings.VAR)
    return DiskUsage(usage.free, usage.total)
