from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PRINT_HEAVY_MODULES = "import sys; print(*sorted({'ai_edge_litert', 'pyvips'} & set(sys.modules)))"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("import django; django.setup(); import recognition.models", []),
        ("import doodlesite.wsgi", ["ai_edge_litert", "pyvips"]),  # Gunicorn imports it before its workers part
    ],
    ids=["models", "web"],
)
def test_only_web_processes_load_libvips_and_litert_at_start(
    tmp_path: Path, statement: str, expected: list[str]
) -> None:
    (tmp_path / "static").mkdir()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "doodlesite.settings", "DOODLE_VAR": str(tmp_path)}
    command = [sys.executable, "-c", f"{statement}\n{PRINT_HEAVY_MODULES}"]
    assert subprocess.check_output(command, env=environment, text=True).split() == expected
