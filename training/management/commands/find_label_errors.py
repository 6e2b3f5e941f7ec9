from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recognition.imaging.splits import Split
from training.jobs import label_search_jobs
from training.labels.label_errors import SearchResult
from training.models import LabelSearch, SearchIsOpen
from training.models.label_search import MAX_ROWS_PER_CLASS

MAX_CONFUSIONS = 20  # printed


class Command(BaseCommand):
    help = "Searches Quick, Draw! for drawings whose label is probably wrong, and lists the worst under /review/base/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--rows",
            type=int,
            default=MAX_ROWS_PER_CLASS,
            help=f"drawings of each class at most (default: {MAX_ROWS_PER_CLASS:,})",
        )

    def handle(self, *args: Any, rows: int, **options: Any) -> None:
        if rows < 1:
            raise CommandError("--rows must be at least 1.")
        try:
            search = LabelSearch.objects.claim(LabelSearch.objects.request(by=None, rows=rows).pk)
        except SearchIsOpen as error:
            raise CommandError(str(error)) from error
        if search is None:
            raise CommandError("A worker took the search; the admin shows how far it is.")
        result = label_search_jobs.run_search(search)
        search.refresh_from_db()
        if result is None:
            raise CommandError(f"{str(search).capitalize()} {search.status}. {search.error}")
        self._report(search, result)

    def _report(self, search: LabelSearch, result: SearchResult) -> None:
        for split in Split:
            drawings, suspected = result.drawings[split], result.suspected[split]
            share = f"{suspected / drawings:.2%}" if drawings else "–"
            self.stdout.write(f"{split.value:10} {drawings:9,} drawings, {suspected:6,} suspected, {share}")
        for (label, suggested), count in result.confusions.most_common(MAX_CONFUSIONS):
            self.stdout.write(f"{count:6,} {label} that look like {suggested}")
        self.stdout.write(f"{search.listed:,} wait for somebody to look at /review/base/.")
