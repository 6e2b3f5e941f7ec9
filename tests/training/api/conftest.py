from __future__ import annotations

from tests.recognition.api.conftest import api, program, staff

__all__ = ["api", "program", "staff"]
