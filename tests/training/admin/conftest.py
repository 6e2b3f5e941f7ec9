from __future__ import annotations

from tests.recognition.admin.conftest import viewer_client

__all__ = ["viewer_client"]
