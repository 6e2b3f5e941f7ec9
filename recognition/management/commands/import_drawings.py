from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from recognition.models import AuditEntry, Contributor
from recognition.transfer.import_rows import InvalidRow, import_drawing, parse_file


class Command(BaseCommand):
    help = (
        "Stores the drawings of files as if they had been drawn here: *.ndjson with strokes, as Quick, Draw! and "
        "export_drawings have them, or *.npy with bitmaps. What is there already is not stored again, so an import "
        "that was interrupted is simply repeated."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--class", dest="word", metavar="CLASS", help="what they are; default: as the files say")
        parser.add_argument("--as", dest="user", metavar="USER", help="whose drawings they become; default: an admin's")
        parser.add_argument(
            "--accept", action="store_true", help="take the words for that user's feedback, not only for a proposal"
        )

    def handle(
        self, *args: Any, files: list[Path], word: str | None, user: str | None, accept: bool, **options: Any
    ) -> None:
        contributor = Contributor.objects.of_user(_user(user))
        stored = known = bad = 0
        for path in files:
            try:
                for row in tqdm(parse_file(path, word), desc=path.name, unit="drawing", leave=False):
                    try:
                        if isinstance(row, InvalidRow):
                            raise row
                        is_new = import_drawing(row, contributor, accept=accept)
                    except InvalidRow as error:
                        bad += 1
                        self.stderr.write(str(error))
                    else:
                        stored, known = stored + is_new, known + (not is_new)
            except OSError as error:
                bad += 1
                self.stderr.write(f"{path}: {error.strerror}")
        detail = f"{stored} stored, {known} known, {bad} refused; words {'accepted' if accept else 'proposed'}"
        AuditEntry.objects.record(
            AuditEntry.Action.IMPORTED, ", ".join(path.name for path in files), detail, by=contributor.user
        )
        self.stdout.write(f"Stored {stored:,} drawings; {known:,} were there already, {bad:,} could not be read.")
        if bad:
            sys.exit(1)


def _user(name: str | None) -> User:
    users = User.objects.filter(username=name) if name else User.objects.filter(is_superuser=True).order_by("pk")
    user = users.first()
    if user is None:
        raise CommandError(f"There is no user “{name}”." if name else "There is no administrator; --as names a user.")
    return user
