"""Backups, and what an operator does with one on the day that everything else is gone."""

from __future__ import annotations

import os
import shutil
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.services.postgres import empty_database, tools
from tests.services.site import Site
from tests.services.visitor import Visitor

RESTORE_POSTGRES = 'pg_restore --exit-on-error --single-transaction --no-owner --dbname="$DATABASE_URL" "$BACKUP"'
RESTORE_SQLITE = 'install -m 600 "$BACKUP" "$DOODLE_VAR/db.sqlite3"'
WITH_TOOLS = f"{tools()}{os.pathsep}{os.environ['PATH']}"


def make_site(var: Path, database_url: str) -> Site:
    """Make a site of which the secret key was kept elsewhere, too."""
    var.mkdir()
    return Site(var, database_url, SECRET_KEY="kept in the operator's safe", PATH=WITH_TOOLS)


def start(site: Site) -> None:
    site.prepare()
    site.start("redis", "web")
    site.wait_until_it_answers("/readyz")


def all_that_is_seen_by(person: Visitor) -> dict[str, Any]:
    """Return what the site tells somebody about their drawings, the version in service, and how that sees a cat."""
    mine = person.get("/api/v1/drawings/?mine=true").json()["results"]
    guess = person.guess()
    return {
        "drawings": mine,
        "bitmaps": [person.get(f"/api/v1/drawings/{each['id']}/bitmap.png").content for each in mine],
        "strokes": [person.get(f"/api/v1/drawings/{each['id']}/drawing.svg").content for each in mine],
        "version": person.get("/api/v1/model-versions/current/").json(),
        "guess": (guess["label"], guess["confidence"], guess["model_version"]),
    }


def lose_and_restore(old: Site, restore: str, new: Site, backups: Path) -> None:
    """Have somebody draw, back up, lose the site, and do what docs/operations.md says."""
    assert restore in (settings.BASE_DIR / "docs" / "operations.md").read_text()
    start(old)
    with Visitor(old.url) as person, Visitor(old.url) as stranger:
        person.get("/")
        person.draw("cat")
        backups.mkdir()
        backup = old.manage("backup", str(backups)).strip()
        too_late = stranger.draw("house")
        before = all_that_is_seen_by(person)
        cookies = person.cookies
    old.stop()
    new.take_static_files(old)
    shutil.rmtree(old.var)

    new.environment["BACKUP"] = backup
    new.run("sh", "-c", restore)
    start(new)
    with Visitor(new.url, cookies=cookies) as person, Visitor(new.url) as stranger:
        assert len(before["drawings"]) == 1
        assert all_that_is_seen_by(person) == before
        assert stranger.is_refused(f"/api/v1/drawings/{too_late['id']}/")
        assert stranger.draw("house")["prediction"]["label"] == "house"


@pytest.mark.services
@pytest.mark.long
def test_after_a_loss_a_dump_of_postgresql_brings_back_drawings_versions_and_people(
    postgres_url: str, tmp_path: Path
) -> None:
    with empty_database(postgres_url) as lost, empty_database(postgres_url) as fresh:
        old, new = make_site(tmp_path / "old", lost), make_site(tmp_path / "new", fresh)
        try:
            lose_and_restore(old, RESTORE_POSTGRES, new, tmp_path / "backups")
        finally:
            old.stop()
            new.stop()


@pytest.mark.services
def test_after_a_loss_a_copy_of_sqlite_brings_back_drawings_versions_and_people(tmp_path: Path) -> None:
    old, new = (make_site(tmp_path / name, f"sqlite:///{tmp_path}/{name}/db.sqlite3") for name in ("old", "new"))
    try:
        lose_and_restore(old, RESTORE_SQLITE, new, tmp_path / "backups")
    finally:
        old.stop()
        new.stop()


@pytest.fixture
def backups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", WITH_TOOLS)
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_only_its_owner_can_read_a_backup(backups: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("backup", str(backups))

    (file,) = backups.iterdir()
    assert capsys.readouterr().out == f"{file}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size > 1000


@pytest.mark.django_db(transaction=True)
def test_backups_of_the_last_days_are_kept_and_nothing_else_is_touched(backups: Path) -> None:
    for name in ("doodlesite-1Z.dump", "doodlesite-2Z.sqlite3", "holiday.dump", "doodlesite.env"):
        (backups / name).touch()
        long_ago = (timezone.now() - timedelta(days=15)).timestamp()
        os.utime(backups / name, (long_ago, long_ago))
    (backups / "doodlesite-3Z.dump").touch()

    call_command("backup", str(backups), "--keep", "14")

    there = {path.name for path in backups.iterdir()}
    assert {"holiday.dump", "doodlesite.env", "doodlesite-3Z.dump"} < there
    assert not {"doodlesite-1Z.dump", "doodlesite-2Z.sqlite3"} & there
    assert len(there) == 4


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_is_not_there_is_named(backups: Path) -> None:
    with pytest.raises(CommandError, match=r"missing/doodlesite-.*: No such file or directory"):
        call_command("backup", str(backups / "missing"))


@pytest.mark.parametrize("days", ["0", "-3"])
@pytest.mark.django_db
def test_a_backup_is_never_asked_to_delete_itself(backups: Path, days: str) -> None:
    with pytest.raises(CommandError, match="--keep must be at least 1 day"):
        call_command("backup", str(backups), f"--keep={days}")

    assert list(backups.iterdir()) == []


@pytest.mark.services
def test_a_database_that_cannot_be_copied_leaves_no_file_behind(
    empty_postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "pg_dump").write_text("#!/bin/sh\necho 'no room left' >&2\nexit 1\n")
    (broken / "pg_dump").chmod(0o755)
    site = make_site(tmp_path / "var", empty_postgres)
    site.environment["PATH"] = f"{broken}{os.pathsep}{os.environ['PATH']}"
    backups = tmp_path / "backups"
    backups.mkdir()

    assert site.complains("backup", str(backups)) == "CommandError: pg_dump failed: no room left"
    assert list(backups.iterdir()) == []
