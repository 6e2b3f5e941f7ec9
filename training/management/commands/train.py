from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rest_framework import serializers
from tqdm import tqdm

from recognition.models import DoodleClass
from training.config import InvalidConfig, TrainingConfig, TrainingConfigSerializer
from training.jobs.preview import Preview, preview_run
from training.jobs.repetition import CannotRepeat, config_like, list_differences
from training.jobs.run_lifecycle import tracked_run
from training.models import AlreadyOpen, TrainingRun
from training.models.manifest_difference import compare_manifests
from training.progress import Progress
from training.quickdraw.catalog import categories

RUN_REASON = "manage.py train"


class Command(BaseCommand):
    help = "Trains a new version and promotes it if it passes the gate: the same as “Retrain”, here and now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, field in TrainingConfigSerializer().fields.items():
            _add_argument(parser, f"--{name.replace('_', '-')}", field)
        parser.add_argument(
            "--like",
            type=int,
            metavar="RUN",
            help="Repeat a run by its number: its classes, recipe and options; other options given here differ.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would be learnt from, and train nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {str(name): options[str(name)] for name in TrainingConfigSerializer().fields}
        given = {name: value for name, value in given.items() if value is not None}
        DoodleClass.objects.ensure(set(given.get("classes", ())) & set(categories()))
        like = None if options["like"] is None else _find_run(options["like"])
        try:
            config = config_like(like, given) if like else TrainingConfig.from_dict(given)
            if like:
                self._show_differences(like)
            if options["dry_run"]:
                return self._show_preview(preview_run(config))
            reason = f"{RUN_REASON} --like {like.pk}" if like else RUN_REASON
            run = TrainingRun.objects.begin(config.to_dict(), by=None, reason=reason, repeats=like)
        except (InvalidConfig, CannotRepeat, AlreadyOpen) as error:
            raise CommandError(str(error)) from error
        self._train(run)
        return self._report(run)

    def _show_differences(self, like: TrainingRun) -> None:
        differences = list_differences(like)
        for difference in differences:
            self.stdout.write(self.style.WARNING(difference))
        if not differences:
            self.stdout.write(f"Nothing is known to differ from {like}.")

    def _show_preview(self, preview: Preview) -> None:
        for counts in preview.included:
            self.stdout.write(f"{counts.name}: {counts.base:,} base and {counts.collected:,} collected drawings")
        for counts in preview.left_out:
            self.stdout.write(self.style.WARNING(f"{counts.name} waits: {counts.base + counts.collected:,} drawings"))
        self.stdout.write(
            f"{len(preview.included)} classes, {preview.base:,} base and {preview.collected:,} collected drawings, "
            "before copies are taken out."
        )

    def _train(self, run: TrainingRun) -> None:
        from training.pipeline import run_training

        with tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {postfix}", leave=False) as bar:
            try:
                with tracked_run(run):
                    run_training(run, lambda progress: _show_progress(bar, progress))
            except KeyboardInterrupt:
                run.cancel()
                raise CommandError(f"Cancelled {run}; nothing was registered.") from None
        run.refresh_from_db()

    def _report(self, run: TrainingRun) -> None:
        if run.status != TrainingRun.Status.SUCCEEDED:
            raise CommandError(f"{run} {run.status}. {run.error}")
        if run.repeats:
            self.stdout.write(_data_difference(run.repeats, run))
        for check in run.verdict["checks"]:
            style = self.style.SUCCESS if check["passed"] else self.style.ERROR
            self.stdout.write(style(f"{'✓' if check['passed'] else '✗'} {check['name']}: {check['detail']}"))
        fate = "is in service" if run.version and run.version.promoted_at else "is registered, not promoted"
        self.stdout.write(f"{run.version} {fate}.")


def _find_run(number: int) -> TrainingRun:
    run = TrainingRun.objects.filter(pk=number).first()
    if run is None:
        newest = TrainingRun.objects.order_by("pk").last()
        raise CommandError(f"There is no run {number}; {f'the newest is {newest}' if newest else 'there are none'}.")
    return run


def _data_difference(first: TrainingRun, second: TrainingRun) -> str:
    difference = compare_manifests(first.manifest, second.manifest)
    if not difference.classes:
        return f"{str(second).capitalize()} had exactly the drawings of {first}."
    gone, new = difference.user_drawings
    return (
        f"Other drawings than {first} in {len(difference.classes)} classes: base drawings in {difference.other_base}; "
        f"{gone:,} collected drawings less and {new:,} more; {difference.moved:,} in another split."
    )


def _show_progress(bar: tqdm[Any], progress: Progress) -> None:
    if "doing" in progress:
        bar.n = progress.get("share", 0) * 100
        bar.set_postfix_str(progress["doing"])
        return
    bar.n = progress["done"] * 100
    speed, left = progress["images_per_second"], progress["seconds_left"]
    bar.set_postfix_str(f"epoch {progress['epoch']}/{progress['epochs']}, {speed:,} drawings/s, {left} s left")


def _add_argument(parser: ArgumentParser, flag: str, field: serializers.Field[Any, Any, Any, Any]) -> None:
    text = str(field.help_text or "")
    if isinstance(field, serializers.BooleanField):
        parser.add_argument(flag, action=BooleanOptionalAction, help=text)
    elif isinstance(field, serializers.ListField):
        parser.add_argument(flag, nargs="+", metavar="CLASS", help=text)
    elif isinstance(field, serializers.ChoiceField):
        parser.add_argument(flag, choices=list(field.choices), help=text)
    else:
        parser.add_argument(flag, type=float if isinstance(field, serializers.FloatField) else int, help=text)
