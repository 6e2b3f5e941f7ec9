from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from recognition.infra.words import did_you_mean
from recognition.models import AuditEntry, Contributor, DoodleClass
from recognition.submission import DiskReserveReached
from recognition.transfer.files import best_first
from recognition.transfer.import_rows import ImportOptions, Outcome, UnknownWord, import_drawing, parse_file
from recognition.transfer.rows import InvalidRow


class Command(BaseCommand):
    help = (
        "Stores the drawings of files as if they had been drawn here: *.ndjson, *.jsonl, *.json or *.bin with strokes, "
        "also as .gz, *.npy with bitmaps, or a folder or *.zip of them, as Quick, Draw! and export_drawings have them. "
        "What is there already is not stored again, so an import that was interrupted is simply repeated. What was "
        "deleted here stays deleted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--class", dest="word", metavar="CLASS", help="what they are; default: as the files say")
        parser.add_argument(
            "--as",
            dest="user",
            metavar="USER",
            help="whose drawings they become; default: whose the files say, or an admin's",
        )
        parser.add_argument(
            "--only-recognized", action="store_true", help='leave out what is not marked as "recognized": true'
        )
        parser.add_argument(
            "--accept", action="store_true", help="take the words for that user's feedback, not only for a proposal"
        )

    def handle(
        self,
        *args: Any,
        files: list[Path],
        word: str | None,
        user: str | None,
        only_recognized: bool,
        accept: bool,
        **options: Any,
    ) -> None:
        contributor = Contributor.objects.of_user(_user(user))
        chosen = ImportOptions(contributor, accept, only_recognized, keep_contributors=user is None)
        outcomes: Counter[Outcome] = Counter()
        bad = 0
        unknown: set[str] = set()
        words = DoodleClass.objects.values_list("name", flat=True)
        for path in chain.from_iterable(map(_files, files)):
            try:
                for row in tqdm(parse_file(path, word), desc=path.name, unit="drawing", leave=False):
                    try:
                        if isinstance(row, InvalidRow):
                            raise row
                        outcomes[import_drawing(row, chosen)] += 1
                    except UnknownWord as error:  # said once for each word
                        bad += 1
                        if error.word not in unknown:
                            self.stderr.write(f"{error}{did_you_mean(error.word, words)}")
                        unknown.add(error.word)
                    except InvalidRow as error:
                        bad += 1
                        self.stderr.write(str(error))
            except DiskReserveReached as error:
                raise CommandError(f"{error} What was stored before is; import again when there is room.") from error
            except OSError as error:
                bad += 1
                self.stderr.write(f"{path}: {error.strerror}")
        counts = {"stored": outcomes[Outcome.STORED], "known": outcomes[Outcome.KNOWN], "refused": bad} | outcomes
        detail = ", ".join(f"{count} {name}" for name, count in counts.items())
        detail += f"; words {'accepted' if accept else 'proposed'}"
        AuditEntry.objects.record(
            AuditEntry.Action.IMPORTED, ", ".join(path.name for path in files), detail, by=contributor.user
        )
        self.stdout.write(_report(outcomes, bad))
        if bad:
            sys.exit(1)


def _files(path: Path) -> list[Path]:
    """Return a file, or the files of drawings in a folder such as an export."""
    return [Path(name) for name in best_first(map(str, path.rglob("*.*")))] if path.is_dir() else [path]


def _report(outcomes: Counter[Outcome], bad: int) -> str:
    """Return how many drawings had each outcome; the rarer ones only if there are any."""
    stored, known = outcomes[Outcome.STORED], outcomes[Outcome.KNOWN]
    rest = {
        Outcome.CORRECTED: "were there and got your word",
        Outcome.DELETED: "were deleted here and stay so",
        Outcome.UNRECOGNIZED: "were left out as not recognized",
    }
    parts = [f"{known:,} were there already", f"{bad:,} could not be read"]
    parts += [f"{outcomes[outcome]:,} {words}" for outcome, words in rest.items() if outcomes[outcome]]
    return f"Stored {stored:,} drawings; {', '.join(parts)}."


def _user(name: str | None) -> User:
    users = User.objects.filter(username=name) if name else User.objects.filter(is_superuser=True).order_by("pk")
    user = users.first()
    if user is None:
        raise CommandError(f"There is no user “{name}”." if name else "There is no administrator; --as names a user.")
    return user
