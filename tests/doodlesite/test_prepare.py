"""Before a host starts: tables, which it shares with others, and static files, which it has for itself."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.contrib.staticfiles.finders import get_finder
from pytest_django import Settings

from doodlesite.prepare import collect_static
from tests.services.site import Site

PREPARE = "import django; from doodlesite.prepare import prepare_database; django.setup(); prepare_database()"


def count(database_url: str, table: str) -> int:
    with psycopg.connect(database_url) as connection:
        ((rows,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(rows)


@pytest.mark.services
def test_hosts_that_prepare_one_empty_database_at_once_make_everything_once(
    empty_postgres: str, tmp_path: Path
) -> None:
    hosts = [Site(tmp_path / name, empty_postgres) for name in "abc"]

    with ThreadPoolExecutor(len(hosts)) as together:
        printed = list(together.map(lambda host: host.run(sys.executable, "-c", PREPARE), hosts))

    assert [count(empty_postgres, table) for table in ("recognition_modelversion", "auth_user")] == [1, 1]
    assert count(empty_postgres, "recognition_promotion") == 1
    assert len([host for host in hosts if (host.var / "admin-password").exists()]) == 1
    assert sum("Made the first administrator" in each for each in printed) == 1


class Release:
    """The static files of a release, and the folder that they are served from."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "source"
        self.source.mkdir()
        self.root = folder / "static"

    def publish(self, **texts: str) -> dict[str, str]:
        """Collect a release that consists of these scripts; return under which names they are served."""
        for script in self.source.iterdir():
            script.unlink()
        for name, text in texts.items():
            script = self.source / f"{name}.js"
            script.write_text(text)
            os.utime(script, (len(text), len(text)))  # long ago, as where one goes back to an older release
        collect_static(self.root)
        paths: dict[str, str] = json.loads((self.root / "staticfiles.json").read_text())["paths"]
        return paths

    def served(self) -> set[str]:
        return {path.name for path in self.root.iterdir() if path.suffix == ".js"}


@pytest.fixture
def release(tmp_path: Path, settings: Settings) -> Iterator[Release]:
    release = Release(tmp_path)
    get_finder.cache_clear()
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [release.source]
    settings.STATIC_ROOT = release.root
    manifest = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": manifest}
    yield release
    get_finder.cache_clear()


def test_files_of_the_release_before_stay_for_pages_that_are_open(release: Release) -> None:
    first = release.publish(draw="let one", play="let it be")["draw.js"]
    second = release.publish(draw="let two and more", play="let it be")["draw.js"]

    assert {first, second} < release.served()
    assert (release.root / first).read_text() == "let one"

    third = release.publish(draw="let three")["draw.js"]

    assert {second, third} < release.served()
    assert first not in release.served()
    assert "play.js" not in release.served()


def test_going_back_to_an_older_release_serves_its_files(release: Release) -> None:
    release.publish(draw="let one")
    release.publish(draw="let two and more")

    back = release.publish(draw="let one")["draw.js"]

    assert (release.root / back).read_text() == (release.root / "draw.js").read_text() == "let one"


def test_a_collection_that_was_cut_short_is_made_anew(release: Release) -> None:
    release.publish(draw="let one")
    (release.root / "staticfiles.json").write_text('{"paths": {"dr')

    second = release.publish(draw="let two and more")

    assert release.served() == {"draw.js", second["draw.js"]}
