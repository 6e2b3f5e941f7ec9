from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from recognition.privacy.retention import checkpoint_wal, count_expired, retain


class Command(BaseCommand):
    help = "Removes what is kept no longer, as the settings DOODLE_RETENTION_… say; beat does the same every night."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")
        parser.add_argument(
            "--vacuum", action="store_true", help="and rewrite the database's files, so that nothing deleted is in them"
        )

    def handle(self, *args: Any, dry_run: bool, vacuum: bool, **options: Any) -> None:
        if dry_run:
            self.stdout.write(f"Would remove {count_expired()}.")
            return
        self.stdout.write(f"Removed {retain(float('inf'))}.")
        if vacuum:
            _vacuum()
            checkpoint_wal()


def _vacuum() -> None:
    """Rewrite all tables without the remains of deleted rows. Other writers wait meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM" if connection.vendor == "sqlite" else "VACUUM FULL")
