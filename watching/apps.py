from __future__ import annotations

from django.apps import AppConfig


class WatchingConfig(AppConfig):
    name = "watching"
    verbose_name = "Watching"

    def ready(self) -> None:
        from watching import tasks  # noqa: F401  # connects to Celery's signals
