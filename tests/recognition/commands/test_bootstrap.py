from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from recognition import starter
from recognition.accounts.initial_admin import has_initial_password
from recognition.models import Exhibit, ModelVersion, Promotion
from tests.factories import make_version

pytestmark = pytest.mark.django_db
MANAGE = [sys.executable, str(Path(__file__).parents[3] / "manage.py")]


@pytest.fixture(autouse=True)
def var(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    settings.ADMIN_PASSWORD = ""
    return tmp_path


def test_a_new_site_gets_an_administrator_whose_password_only_the_owner_can_read(
    var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("bootstrap")
    path = var / "admin-password"
    password = path.read_text().strip()
    admin = User.objects.get(username="admin")
    assert admin.is_superuser
    assert admin.check_password(password)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    printed = "".join(capsys.readouterr())
    assert str(path) in printed
    assert password not in printed


def test_the_password_can_be_given(var: Path, settings: Settings) -> None:
    settings.ADMIN_PASSWORD = "a password of one's own"
    call_command("bootstrap", "--without-samples")
    assert User.objects.get(username="admin").check_password("a password of one's own")
    assert not (var / "admin-password").exists()
    assert not has_initial_password(User.objects.get())


def test_who_still_has_the_first_password_is_told_so_until_it_is_changed(
    var: Path, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("bootstrap", "--without-samples")
    password = (var / "admin-password").read_text().strip()
    client.post("/admin/login/", {"username": "admin", "password": password})
    assert "You still sign in with the first password" in client.get("/admin/").content.decode()

    new = "a much better one"
    client.post("/admin/password_change/", {"old_password": password, "new_password1": new, "new_password2": new})
    assert User.objects.get().check_password(new)
    assert "You still sign in with the first password" not in client.get("/admin/").content.decode()
    capsys.readouterr()
    call_command("bootstrap", "--without-samples")
    assert not (var / "admin-password").exists()
    assert "admin-password" not in "".join(capsys.readouterr())


def test_signing_in_keeps_the_mark_of_the_first_password(var: Path, client: Client) -> None:
    call_command("bootstrap", "--without-samples")
    password = (var / "admin-password").read_text().strip()
    for _ in range(2):
        client.post("/admin/login/", {"username": "admin", "password": password})
        assert has_initial_password(User.objects.get())


@pytest.mark.parametrize("hasher", ["PBKDF2PasswordHasher", "ScryptPasswordHasher"])
def test_the_first_password_works_with_every_hasher(var: Path, settings: Settings, hasher: str) -> None:
    settings.PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{hasher}"]
    call_command("bootstrap", "--without-samples")
    admin = User.objects.get()
    assert admin.check_password((var / "admin-password").read_text().strip())
    assert has_initial_password(admin)


def test_running_again_changes_nothing(var: Path) -> None:
    call_command("bootstrap")
    password = (var / "admin-password").read_text()
    versions = list(ModelVersion.objects.values("number", "promoted_at"))
    call_command("bootstrap")
    assert User.objects.count() == 1
    assert (var / "admin-password").read_text() == password
    assert list(ModelVersion.objects.values("number", "promoted_at")) == versions


def test_a_site_that_has_an_administrator_gets_no_other(var: Path) -> None:
    User.objects.create_superuser("eva")
    call_command("bootstrap", "--without-samples")
    assert User.objects.count() == 1
    assert not (var / "admin-password").exists()


def test_a_user_who_happens_to_be_called_admin_is_not_raised_to_one(var: Path) -> None:
    User.objects.create_user("admin")
    call_command("bootstrap", "--without-samples")
    assert not User.objects.filter(is_superuser=True).exists()


def test_without_a_starter_model_the_site_gets_its_administrator_and_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(starter, "FOLDER", tmp_path)
    call_command("bootstrap", "--without-samples")
    printed = capsys.readouterr()
    assert "starter.json" in printed.err
    assert "No model is in service" in printed.out
    assert User.objects.filter(username="admin").exists()


def test_a_version_in_service_stays_there() -> None:
    version = make_version()
    version.promote(by=None, reason="chosen")
    call_command("bootstrap", "--without-samples")
    assert ModelVersion.objects.current() == version
    assert Promotion.objects.filter(version=version).count() == 2


@pytest.mark.services
def test_two_processes_at_once_make_one_administrator(tmp_path: Path) -> None:
    environment = {**os.environ, "DOODLE_VAR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
    subprocess.run([*MANAGE, "migrate", "-v0"], env=environment, check=True)
    processes = [subprocess.Popen([*MANAGE, "bootstrap"], env=environment) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    count = "from django.contrib.auth.models import User; print(User.objects.count())"
    printed = subprocess.run([*MANAGE, "shell", "-v0", "-c", count], env=environment, check=True, capture_output=True)
    assert printed.stdout.strip() == b"1"


def test_a_new_site_has_drawings_to_look_at(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("bootstrap")
    assert f"Hung {Exhibit.objects.count()} sample drawings" in capsys.readouterr().out
    assert Exhibit.objects.exclude(guess="").count() > 60


def test_samples_can_be_declined_for_good() -> None:
    call_command("bootstrap", "--without-samples")
    call_command("bootstrap")
    assert not Exhibit.objects.exists()
