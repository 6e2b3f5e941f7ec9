from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from recognition import sample_drawings


class Command(BaseCommand):
    help = "Hangs sample drawings of Quick, Draw! in the gallery, or takes them away for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["add", "remove"])

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        if what == "add":
            self.stdout.write(f"Hung {sample_drawings.add()} sample drawings in the gallery.")
        else:
            self.stdout.write(f"Took {sample_drawings.remove()} sample drawings away.")
