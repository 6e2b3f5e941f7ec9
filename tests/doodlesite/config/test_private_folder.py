from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from doodlesite.config.private_folder import make_private

NOBODY = 65534  # a user who owns nothing

START = {
    "manage.py": ["manage.py", "check"],
    "Gunicorn": ["-m", "gunicorn", "--config", "python:doodlesite.gunicorn_conf", "--check-config", "doodlesite.wsgi"],
    "Celery": ["-m", "celery", "--app", "doodlesite", "report"],
}


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """The umask of most logins; every other user may read what is created."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def old_folder(tmp_path: Path) -> Path:
    """A folder as the release before made it."""
    folder = tmp_path / "var"
    (folder / "static" / "css").mkdir(parents=True)
    for name in ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "web.log", "static/css/site.css"):
        (folder / name).touch()
    return folder


def open_to_others(folder: Path) -> dict[str, str]:
    """Return the modes of what other users may use."""
    modes = {path: path.lstat().st_mode for path in (folder, *folder.rglob("*")) if not path.is_symlink()}
    return {str(path): oct(mode) for path, mode in modes.items() if mode & 0o077}


def test_a_new_folder_and_what_is_created_later_are_private(tmp_path: Path) -> None:
    make_private(tmp_path / "new" / "var")
    (tmp_path / "new" / "var" / "db.sqlite3").touch()
    (tmp_path / "new" / "var" / "metrics").mkdir()

    assert open_to_others(tmp_path / "new") == {}


def test_an_old_folder_is_closed_with_all_that_is_in_it(old_folder: Path) -> None:
    assert len(open_to_others(old_folder)) == 8

    make_private(old_folder)

    assert open_to_others(old_folder) == {}
    assert (old_folder / "db.sqlite3").stat().st_mode & 0o700 == 0o600


def test_what_a_link_points_to_is_left_alone(old_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "quickdraw").mkdir(mode=0o755)
    (tmp_path / "quickdraw" / "cat.npy").touch()
    (old_folder / "quickdraw").symlink_to(tmp_path / "quickdraw")

    make_private(old_folder)

    assert len(open_to_others(tmp_path / "quickdraw")) == 2


def test_a_folder_that_everybody_shares_is_refused(old_folder: Path) -> None:
    old_folder.chmod(0o1777)

    with pytest.raises(ImproperlyConfigured, match="name a folder of its own"):
        make_private(old_folder)

    assert len(open_to_others(old_folder)) == 8


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be another user")
def test_a_volume_that_belongs_to_somebody_else_can_be_used() -> None:
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        volume = Path(parent) / "var"
        volume.mkdir()
        volume.chmod(0o777)
        os.seteuid(NOBODY)
        try:
            make_private(volume)
            (volume / "db.sqlite3").touch()
        finally:
            os.seteuid(0)

        assert (volume / "db.sqlite3").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("command", START.values(), ids=START)
def test_whatever_starts_first_closes_the_folder(old_folder: Path, command: list[str]) -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "doodlesite.settings", "DOODLE_VAR": str(old_folder)}

    subprocess.run(
        [sys.executable, *command], env=environment, cwd=settings.BASE_DIR, check=True, stdout=subprocess.DEVNULL
    )

    assert {path.name for path in old_folder.iterdir()} >= {"secret_key", "metrics-token"}
    assert open_to_others(old_folder) == {}
