from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from recognition.stats.accuracy import recount


class Command(BaseCommand):
    help = (
        "Counts anew how often people called answers right. The site counts by itself; this is for after an update "
        "during which the earlier release was still in service, or after rows were changed by hand."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"People judged {recount():,} answers.")
