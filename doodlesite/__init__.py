from __future__ import annotations

from doodlesite.celery import app as celery_app

__all__ = ["celery_app"]  # imported here so that @shared_task finds the app in every process
