from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from tests.training.quickdraw.bucket import Bucket, Handler, Server
from training.quickdraw import download


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    server = Server(("127.0.0.1", 0), Handler)
    server.bucket = Bucket(url=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.bucket
    server.bucket.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def root() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # not even for root's eyes only: see read_only
        yield Path(folder) / "quickdraw"


@pytest.fixture
def environment(bucket: Bucket, root: Path, tmp_path: Path) -> dict[str, str]:
    """In which a `manage.py` of its own downloads from the bucket."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "doodlesite.settings",
        "QUICKDRAW_URL": bucket.url,
        "QUICKDRAW_DIR": str(root),
        "DOODLE_VAR": str(tmp_path),
    }


class Said(NamedTuple):
    """What a command printed, and what it ended with."""

    code: int
    out: str
    err: str


@pytest.fixture
def quickdraw(bucket: Bucket, root: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Run `manage.py quickdraw …` against the bucket."""
    settings.QUICKDRAW_URL, settings.QUICKDRAW_DIR = bucket.url, root
    monkeypatch.setattr(download, "BACKOFF_SECONDS", 0.001)

    def run(*arguments: str) -> Said:
        out, err = StringIO(), StringIO()
        try:
            call_command("quickdraw", *arguments, stdout=out, stderr=err)
        except CommandError as error:
            return Said(error.returncode, out.getvalue(), f"{err.getvalue()}{error}\n")
        return Said(0, out.getvalue(), err.getvalue())

    return run


NOBODY = 65534  # the user who owns nothing


@pytest.fixture
def read_only(root: Path) -> Iterator[Callable[[Path], None]]:
    """Take the right to write into a folder away, also from root, who could otherwise write anywhere."""
    folders: list[Path] = []

    def protect(folder: Path) -> None:
        folders.extend([folder, *(path for path in folder.rglob("*") if path.is_dir())])
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        if os.getuid() == 0:
            os.seteuid(NOBODY)

    yield protect
    if os.getuid() == 0:
        os.seteuid(0)
    for each in folders:
        each.chmod(0o755)
