from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from recognition.infra.backup import BackupFailed, back_up, delete_old_backups


class Command(BaseCommand):
    help = "Copies the whole database into a file while the site goes on; docs/operations.md tells how to restore it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the file goes")
        parser.add_argument(
            "--keep", type=int, metavar="DAYS", help="once the new file is there, delete those older than this"
        )

    def handle(self, *args: Any, folder: Path, keep: int | None, **options: Any) -> None:
        if keep is not None and keep < 1:
            raise CommandError(f"--keep must be at least 1 day, not {keep}")
        try:
            self.stdout.write(str(back_up(folder)))
            if keep is not None:
                delete_old_backups(folder, keep)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"the database cannot be copied: {str(error).strip()}") from error
        except OSError as error:
            raise CommandError(f"{error.filename or folder}: {error.strerror}") from error
