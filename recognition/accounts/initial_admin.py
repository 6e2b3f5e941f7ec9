"""The first administrator of a new site: somebody has to let the others in."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.models import User
from django.utils.crypto import get_random_string

USERNAME = "admin"
FILE = "admin-password"
MARK = "first-"  # how the salt of its hash begins
SALT = 22  # letters: as long as Django's own, or Scrypt's hash would not fit into the column


def ensure_first_admin(var: Path, password: str) -> bool:
    """Make the user `admin` unless there is a superuser or somebody else bears that name. Tells whether it did.

    Without a `password` a random one is kept in `var`, readable by its owner only.
    """
    if User.objects.filter(is_superuser=True).exists() or User.objects.filter(username=USERNAME).exists():
        return False
    admin = User.objects.create_superuser(USERNAME, password=password or None)
    if not password:
        admin.password = make_password(_kept_password(var / FILE), salt=MARK + get_random_string(SALT - len(MARK)))
        admin.save(update_fields=["password"])
    return True


def has_first_password(user: User) -> bool:
    """Tell whether a user still signs in with the password that lies in a file.

    It shows in the salt of its hash, for every other password gets another. So all hosts know it, not only the file's.
    """
    return user.has_usable_password() and identify_hasher(user.password).decode(user.password)["salt"].startswith(MARK)


def forget_changed_password(var: Path) -> None:
    """Delete the file once nobody signs in with what it says."""
    admin = User.objects.filter(username=USERNAME).first()
    if admin is None or not has_first_password(admin):
        (var / FILE).unlink(missing_ok=True)


def _kept_password(path: Path) -> str:
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f"{FILE}.") as file:  # mode 0600
            file.write(secrets.token_urlsafe(16) + "\n")
            file.flush()
            # Of several processes starting together one wins, and nobody reads a half-written password.
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text().strip()
