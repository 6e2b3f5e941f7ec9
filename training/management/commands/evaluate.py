from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from recognition.inference.results import InvalidArtifact
from recognition.models import ModelVersion
from training.evaluation.evaluate_version import evaluate_version
from training.quickdraw.errors import CorruptFile
from training.quickdraw.folder import QuickDrawFolder

TEST_SETS = {"base": "Quick, Draw! test drawings", "collected": "collected test drawings"}
OUT_OF_DISTRIBUTION = {"scribbles": "scribbles", "unknown": "drawings of classes that no version learns"}
METRIC_LABELS = {
    "top1": "right",
    "top3": "among the best 3",
    "top5": "among the best 5",
    "macro_recall": "average class",
    "rejected": "not recognized",
    "ece": "calibration error",
}


class Command(BaseCommand):
    help = "Measures a version on test drawings: Quick, Draw!'s, which it was never trained on, and collected ones."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Our --version replaces Django's own.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--version", type=int, metavar="N", help="this one; default: the one in service")
        parser.add_argument("--data", type=Path, metavar="FOLDER", help="official npy files; default: QUICKDRAW_DIR")
        parser.add_argument("--classes", nargs="+", metavar="CLASS", help="default: those that the version knows")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print everything, as JSON")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        version = _version(options["version"])
        folder = QuickDrawFolder(options["data"] or settings.QUICKDRAW_DIR)
        try:
            metrics = evaluate_version(version, folder, options["classes"] or version.labels)
        except (InvalidArtifact, CorruptFile) as error:
            raise CommandError(str(error)) from error
        if not metrics["base"]["count"] and not metrics["collected"]["count"]:
            raise CommandError(f"No test drawings of these classes, neither in {folder.root} nor collected.")
        self.stdout.write(json.dumps(metrics, indent=2) if as_json else _report(metrics))


def _version(number: int | None) -> ModelVersion:
    version = ModelVersion.objects.filter(number=number).first() if number else ModelVersion.objects.current()
    if version is None:
        raise CommandError(f"There is no version {number}." if number else "No model is in service.")
    return version


def _report(metrics: dict[str, Any]) -> str:
    tested = {name: title for name, title in TEST_SETS.items() if metrics[name]["count"]}
    lines = [line for name, title in tested.items() for line in _test_set_lines(title, metrics[name])]
    lines += [
        _out_of_distribution_line(title, metrics[name])
        for name, title in OUT_OF_DISTRIBUTION.items()
        if name in metrics
    ]
    lines += [f"  {_percent(accuracy)} right {distortion}" for distortion, accuracy in metrics["robustness"].items()]
    lines.append(f"{metrics['bytes']:,} bytes, {metrics['milliseconds']:.3f} ms a drawing")
    return "\n".join(lines)


def _out_of_distribution_line(title: str, metrics: dict[str, Any]) -> str:
    return f"{metrics['count']:,} {title}: {metrics['rejected']:.1%} rejected, AUROC {metrics['auroc']:.3f}"


def _test_set_lines(title: str, metrics: dict[str, Any]) -> list[str]:
    shares = ", ".join(f"{metrics[key]:.1%} {label}" for key, label in METRIC_LABELS.items())
    tested = {label: entry for label, entry in metrics["classes"].items() if entry["support"]}
    rows = [
        f"  {label:24} {entry['support']:6,} drawings  recall {_percent(entry['recall'])}  "
        f"precision {_percent(entry['precision'])}"
        for label, entry in sorted(tested.items(), key=lambda item: item[1]["recall"])
    ]
    return [f"{metrics['count']:,} {title}: {shares}", *rows]


def _percent(share: float | None) -> str:
    return "     –" if share is None else f"{share:6.1%}"
