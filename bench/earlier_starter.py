"""Reads the starter model of an earlier commit, to compare with it or to teach it."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

STARTER = "recognition/starter"


def extract_starter(commit: str, folder: Path) -> Path:
    """Write the starter model of a commit into a folder; return the folder of its files."""
    archive = subprocess.run(["git", "archive", commit, STARTER], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder / STARTER
