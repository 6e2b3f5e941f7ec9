from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parent / "js"


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_the_javascript_modules_pass_their_own_tests() -> None:
    result = subprocess.run(["node", "--test", *sorted(TESTS.glob("*.test.js"))], capture_output=True, text=True)

    assert result.returncode == 0, result.stdout + result.stderr
