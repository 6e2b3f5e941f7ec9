from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_schedule_offers_the_tasks_of_this_site(admin_client: Client) -> None:
    form = admin_client.get("/admin/django_celery_beat/periodictask/add/").content.decode()
    assert '<option value="training.tasks.' in form


def test_a_schedule_can_be_saved(admin_client: Client) -> None:
    admin_client.post("/admin/django_celery_beat/intervalschedule/add/", {"every": "7", "period": "days"})
    answer = admin_client.get("/admin/django_celery_beat/periodictask/add/")
    assert "every 7 days" in answer.content.decode()
