from __future__ import annotations

import pytest

from tests import parity as official


@pytest.fixture(scope="session")
def parity() -> official.Parity:
    if not official.FOLDER.is_dir():
        pytest.skip(f"There are no official drawings in {official.FOLDER}; QUICKDRAW_DIR says where they are.")
    return official.read()
