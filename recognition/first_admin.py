"""The first administrator of a new site: somebody has to let the others in."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from django.contrib.auth.models import User

USERNAME = "admin"
FILE = "admin-password"


def ensure_first_admin(var: Path, password: str) -> bool:
    """Make the user `admin` unless there is a superuser or somebody else bears that name. Tells whether it did.

    Without a `password` a random one is kept in `var`, readable by its owner only.
    """
    if User.objects.filter(is_superuser=True).exists() or User.objects.filter(username=USERNAME).exists():
        return False
    User.objects.create_superuser(USERNAME, password=password or _kept_password(var / FILE))
    return True


def _kept_password(path: Path) -> str:
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f"{FILE}.") as file:  # mode 0600
            file.write(secrets.token_urlsafe(16) + "\n")
            file.flush()
            # Of several processes starting together one wins, and nobody reads a half-written password.
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text().strip()
