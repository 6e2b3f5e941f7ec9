from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from recognition import sample_drawings, starter
from recognition.accounts import initial_admin
from recognition.inference.results import InvalidArtifact
from recognition.infra.advisory_lock import LockKey, lock_for_transaction
from recognition.labeling.merge import advice
from recognition.models import DoodleClass, ModelVersion, WordProposal
from recognition.models.word import fill_keys


class Command(BaseCommand):
    help = (
        "Makes a new site usable: its classes, the starter model, drawings to look at, the first administrator. "
        "Safe to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without-samples", action="store_true", help="an empty gallery; `manage.py samples add` fills it later"
        )

    @transaction.atomic
    def handle(self, *args: Any, without_samples: bool, **options: Any) -> None:
        lock_for_transaction(LockKey.PREPARE)
        self._install_starter()
        if without_samples:
            sample_drawings.dismiss()
        elif count := sample_drawings.add_once():
            self.stdout.write(f"Hung {count} sample drawings of Quick, Draw! in the gallery.")
        self._make_admin()
        self._name_doubles()

    def _install_starter(self) -> None:
        try:
            starter.install(starter.read())
        except (starter.NoStarterModel, InvalidArtifact) as error:
            self.stderr.write(self.style.WARNING(f"{error} The site starts without it."))
        champion = ModelVersion.objects.current()
        if champion:
            self.stdout.write(f"In service: {champion}, which knows {len(champion.labels)} classes.")
        else:
            self.stdout.write("No model is in service; drawings are stored without a guess.")

    def _name_doubles(self) -> None:
        """Name the classes that are the same word, from a release that did not know; see `merge_classes`."""
        fill_keys(DoodleClass)  # of those that the release before added while this one was installed
        fill_keys(WordProposal)
        for double, kept in DoodleClass.objects.doubles():
            self.stderr.write(self.style.WARNING(advice(double, kept)))

    def _make_admin(self) -> None:
        if initial_admin.ensure_initial_admin(settings.VAR, settings.ADMIN_PASSWORD):
            self.stdout.write(f"Made the first administrator, user {initial_admin.USERNAME}.")
        initial_admin.delete_changed_password_file(settings.VAR)
        path = settings.VAR / initial_admin.PASSWORD_FILE
        if path.exists() and not settings.ADMIN_PASSWORD:
            self.stdout.write(f"The first password of user {initial_admin.USERNAME} is in {path}")
