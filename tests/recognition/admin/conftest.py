from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from tests.factories import make_user


@pytest.fixture
def viewer_client(db: None, client: Client) -> Client:
    """A client of somebody on the staff who may look at everything and change nothing."""
    viewer = make_user("vera", staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(viewer)
    return client
