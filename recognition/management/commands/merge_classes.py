from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recognition.labeling.merge import OtherWord, advice, merge_classes, summary, versions_with_both
from recognition.models import DoodleClass
from recognition.models.word import fill_keys


class Command(BaseCommand):
    help = (
        "Merges a class into another one that is the same word, such as “Cat” into “cat”: its drawings, feedback, gold "
        "marks and guesses. Without arguments, lists such classes. Safe to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("old", nargs="?", metavar="OLD", help="exact name of the class that goes")
        parser.add_argument("into", nargs="?", metavar="INTO", help="exact name of the class that stays")
        parser.add_argument(
            "--all", action="store_true", dest="merge_all", help="merge all doubles, each into the older class"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be moved")

    def handle(
        self, *args: Any, old: str | None, into: str | None, merge_all: bool, dry_run: bool, **options: Any
    ) -> None:
        if not dry_run:
            fill_keys(DoodleClass)
        if old is not None:
            if into is None or merge_all:
                raise CommandError("Name the class that goes and the one that stays, or give --all alone.")
            return self._merge_named(old, into, dry_run=dry_run)
        doubles = DoodleClass.objects.doubles()
        for double, kept in doubles:
            if merge_all:
                self._merge(double, kept, dry_run=dry_run)
            else:
                self.stdout.write(advice(double, kept))
        if not doubles:
            self.stdout.write("No two classes are the same word.")
        return None

    def _merge_named(self, old: str, into: str, *, dry_run: bool) -> None:
        classes = {doodle_class.name: doodle_class for doodle_class in DoodleClass.objects.filter(name__in=[old, into])}
        if into not in classes:
            raise CommandError(DoodleClass.objects.unknown(into))
        if old in classes:
            self._merge(classes[old], classes[into], dry_run=dry_run)
        elif classes[into].is_called(old):
            self.stdout.write(f"There is no class “{old}” any more; nothing is left to merge.")
        else:
            raise CommandError(DoodleClass.objects.unknown(old))

    def _merge(self, old: DoodleClass, into: DoodleClass, *, dry_run: bool) -> None:
        both = versions_with_both(old.name, into.name)
        try:
            moved = merge_classes(old, into, dry_run=dry_run)
        except OtherWord as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{'Would merge' if dry_run else 'Merged'} “{old}” into “{into}”: {summary(moved)}.")
        for number in both:
            self.stdout.write(f"Version {number} knows both and says “{old}” too, until a retrained one replaces it.")
        if moved["versions"]:
            self.stdout.write(f"Restart the web processes, so that a version in service says “{into}”, too.")
