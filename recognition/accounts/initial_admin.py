"""The first administrator of a new site, who creates the other accounts."""

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
PASSWORD_FILE = "admin-password"  # noqa: S105  # its name
SALT_PREFIX = "first-"  # of the initial password's hash
SALT_LENGTH = 22  # characters, as many as Django's own: with more, Scrypt's hash would not fit into the column


def ensure_initial_admin(var: Path, password: str) -> bool:
    """Create the user `admin` unless a superuser or that username exists. Return whether it was created.

    Without a `password` a random one is written to a file in `var`, readable by its owner only.
    """
    if User.objects.filter(is_superuser=True).exists() or User.objects.filter(username=USERNAME).exists():
        return False
    admin = User.objects.create_superuser(USERNAME, password=password or None)
    if not password:
        salt = SALT_PREFIX + get_random_string(SALT_LENGTH - len(SALT_PREFIX))
        admin.password = make_password(_stored_password(var / PASSWORD_FILE), salt=salt)
        admin.save(update_fields=["password"])
    return True


def has_initial_password(user: User) -> bool:
    """Tell whether a user still has the initial password.

    The salt of its hash tells, because only the initial password gets one with the prefix. So every host knows it, not
    only the one with the file.
    """
    if not user.has_usable_password():
        return False
    salt: str = identify_hasher(user.password).decode(user.password)["salt"]
    return salt.startswith(SALT_PREFIX)


def delete_changed_password_file(var: Path) -> None:
    """Delete the password file once the password has been changed."""
    admin = User.objects.filter(username=USERNAME).first()
    if admin is None or not has_initial_password(admin):
        (var / PASSWORD_FILE).unlink(missing_ok=True)


def _stored_password(path: Path) -> str:
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f"{PASSWORD_FILE}.") as file:  # mode 0600
            file.write(secrets.token_urlsafe(16) + "\n")
            file.flush()
            # Of several processes that start together one wins, and none reads a half-written password.
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text().strip()
