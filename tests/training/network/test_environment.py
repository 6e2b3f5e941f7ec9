from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from pytest_django import Settings

from training.network.environment import code_commit, device_name, package_versions


@pytest.fixture
def root(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """A folder of code without a release and without git."""
    settings.BASE_DIR = tmp_path
    code_commit.cache_clear()
    yield tmp_path
    code_commit.cache_clear()


def git(root: Path, *command: str) -> None:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    subprocess.run(["git", "-C", str(root), *identity, *command], check=True, capture_output=True)


def checkout(root: Path) -> None:
    (root / "code.py").write_text("1")
    git(root, "init")
    git(root, "add", "code.py")
    git(root, "commit", "-m", "first")


def test_code_in_git_is_named_by_its_commit(root: Path) -> None:
    checkout(root)
    assert re.fullmatch(r"[0-9a-f]{40}", code_commit())


def test_changed_files_are_told(root: Path) -> None:
    checkout(root)
    (root / "code.py").write_text("2")
    assert code_commit().endswith("-dirty")


def test_without_git_the_release_is_named(root: Path) -> None:
    (root / "pyproject.toml").write_text('[project]\nversion = "1.2"')
    assert code_commit() == "release 1.2"


def test_a_repository_without_a_commit_falls_back_to_the_release(root: Path) -> None:
    git(root, "init")
    (root / "pyproject.toml").write_text('[project]\nversion = "1.2"')
    assert code_commit() == "release 1.2"


def test_the_repository_of_a_folder_above_is_another_project(root: Path, settings: Settings) -> None:
    checkout(root)
    settings.BASE_DIR = root / "site"
    settings.BASE_DIR.mkdir()
    assert code_commit() == ""


def test_the_versions_of_the_packages_are_those_installed() -> None:
    assert package_versions()["numpy"] == metadata.version("numpy")


@pytest.mark.tensorflow
def test_the_device_has_a_name() -> None:
    assert device_name()
