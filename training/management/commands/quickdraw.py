from __future__ import annotations

import asyncio
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from tqdm import tqdm

from recognition.models import DoodleClass
from training.quickdraw.catalog import Format, categories, nearest_category
from training.quickdraw.download import Downloads, FolderBusy, folder_lock
from training.quickdraw.download_request import DownloadRequest
from training.quickdraw.folder import QuickDrawFolder
from training.quickdraw.http_range import is_http_url
from training.quickdraw.progress import DownloadProgress
from training.quickdraw.status import iter_statuses, table_foot, table_head, table_row

DOWNLOAD_HELP = """\
Fetch the first rows of official Quick, Draw! files.

Only what is missing is fetched: a file that has enough rows is left alone, one that has fewer is continued, and so is
a download that was cut or stopped with Ctrl-C. Files come from QUICKDRAW_URL and go to QUICKDRAW_DIR; a folder of
official files from elsewhere will do. 5,000 bitmaps are 4 MB, 5,000 drawings in strokes about 2.5 MB.
"""

STATUS_HELP = """\
Show what is in QUICKDRAW_DIR: rows per category, downloads that were cut, files that are corrupt.
"""


class Command(BaseCommand):
    help = "The base data: Google's Quick, Draw! drawings."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="{download,status}")
        download = actions.add_parser(
            "download", help="fetch it", description=DOWNLOAD_HELP, formatter_class=RawDescriptionHelpFormatter
        )
        selection = download.add_mutually_exclusive_group(required=True)
        selection.add_argument("classes", nargs="*", metavar="CLASS", default=[], help="such as cat or 'alarm clock'")
        selection.add_argument("--active", action="store_true", help="the active classes of this site")
        selection.add_argument("--all", action="store_true", dest="everything", help="all 345")
        download.add_argument("--rows", type=_positive_int, default=5000, help="per class (default: 5000)")
        download.add_argument(
            "--format",
            choices=[*Format, "both"],
            default="npy",
            dest="form",
            help="npy: bitmaps, ndjson: strokes (default: npy)",
        )
        actions.add_parser("status", help="show what is there", description=STATUS_HELP)

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        folder = QuickDrawFolder(settings.QUICKDRAW_DIR)
        try:
            if action == "status":
                self._show_status(folder)
            else:
                self._download(folder, **options)
        except OSError as error:
            raise CommandError(f"{error.filename or folder.root}: {error.strerror}") from error
        except FolderBusy as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError("stopped; the same command goes on from here", returncode=130) from error

    def _download(
        self,
        folder: QuickDrawFolder,
        classes: list[str],
        active: bool,
        everything: bool,
        rows: int,
        form: str,
        **_: Any,
    ) -> None:
        if not is_http_url(settings.QUICKDRAW_URL):
            raise CommandError(f"QUICKDRAW_URL must be an http or https address, not {settings.QUICKDRAW_URL!r}")
        names = _names(classes, active, everything)
        formats = list(Format) if form == "both" else [Format(form)]
        requested = [DownloadRequest(name, file_format, rows) for name in names for file_format in formats]
        known = [request for request in requested if request.name in categories()]
        with closing(DownloadProgress(len(known), self.stdout.write, self.stderr.write)) as progress:
            for name in names:
                if name not in categories():
                    progress.failed(_unknown_message(name))
            with folder_lock(folder.root):
                asyncio.run(Downloads(settings.QUICKDRAW_URL, folder, progress).run(known))
        if progress.failures:
            raise CommandError(f"{progress.failures} of {len(requested)} could not be fetched")

    def _show_status(self, folder: QuickDrawFolder) -> None:
        self.stdout.write(table_head())
        present = []
        for status in tqdm(iter_statuses(folder), total=len(categories()), leave=False, disable=None):
            if status.has_files:
                present.append(status)
                with tqdm.external_write_mode():
                    self.stdout.write(table_row(status))
        self.stdout.write(table_foot(present))


def _names(classes: list[str], active: bool, everything: bool) -> list[str]:
    """Return the requested names without repetitions; active classes only if they are Quick, Draw! categories."""
    if everything:
        return list(categories())
    if not active:
        return list(dict.fromkeys(classes))
    if names := [name for name in _active_names() if name in categories()]:
        return names
    raise CommandError("no active class is one of Quick, Draw!'s")


def _active_names() -> list[str]:
    try:
        return list(DoodleClass.objects.active().values_list("name", flat=True))
    except DatabaseError as error:
        reason = str(error).strip().partition("\n")[0]
        raise CommandError(
            f"this site's classes cannot be read ({reason}); has `manage.py migrate` been run?"
        ) from error


def _positive_int(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"must be a whole number of at least 1, not {text!r}")
    return int(text)


def _unknown_message(name: str) -> str:
    nearest = nearest_category(name)
    return f"{name}: no Quick, Draw! category" + (f"; did you mean “{nearest}”?" if nearest else "")
