"""Runs side by side: their validation curves, their results, and the settings that differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from recognition.stats.metric_labels import percent
from training.jobs.charts import Chart, ChartLine
from training.jobs.run_display import UNKNOWN, duration_text, outcome_text, stage_times, value_text
from training.models import TrainingRun
from training.models.run import TrainingRunQuerySet

if TYPE_CHECKING:
    from typing import TypedDict

    from django_stubs_ext import WithAnnotations

    class RunResults(TypedDict):
        top1: float | None
        macro_recall: float | None

    ComparedRun = WithAnnotations[TrainingRun, RunResults]

MAX_RUNS = 6  # a chart has as many colours

Row = tuple[str, list[str]]  # a name and the value of each run


@dataclass(frozen=True)
class RunComparison:
    """Two runs or more, oldest first."""

    runs: Sequence[ComparedRun]

    @property
    def charts(self) -> list[tuple[str, Chart]]:
        """Return loss and accuracy on the validation drawings by epoch, a line for each run."""
        return [
            ("Validation loss", self._chart("val_loss", "number")),
            ("Validation accuracy", self._chart("val_accuracy", "share")),
        ]

    def _chart(self, metric: str, unit: str) -> Chart:
        epochs = range(1, max((len(run.history) for run in self.runs), default=0) + 1)
        lines = [
            ChartLine(
                str(run).capitalize(),
                [run.history[i].get(metric) if i < len(run.history) else None for i in range(len(epochs))],
            )
            for run in self.runs
        ]
        return Chart("number", "epoch", list(epochs), lines, unit)

    @property
    def epochs(self) -> list[tuple[int, list[dict[str, float]]]]:
        """Return each epoch with the metrics of each run, {} after its last epoch: the charts as a table."""
        rows = zip_longest(*(run.history for run in self.runs), fillvalue={})
        return [(number, list(row)) for number, row in enumerate(rows, start=1)]

    @property
    def results(self) -> list[Row]:
        return [(name, [value(run) for run in self.runs]) for name, value in RESULTS.items()]

    @property
    def differing(self) -> list[Row]:
        return [(name, values) for name, values in self._settings() if len(set(values)) > 1]

    @property
    def common(self) -> list[tuple[str, str]]:
        return [(name, values[0]) for name, values in self._settings() if len(set(values)) == 1]

    @property
    def pairs(self) -> list[tuple[TrainingRun, TrainingRun]]:
        """Return the first run with each other one."""
        return [(self.runs[0], run) for run in self.runs[1:]]

    def _settings(self) -> Iterable[Row]:
        settings = [_settings_of(run) for run in self.runs]
        for name in dict.fromkeys(name for one in settings for name in one):
            yield name.replace("_", " "), [value_text(one.get(name)) for one in settings]


RESULTS: dict[str, Callable[[Any], str]] = {
    "status": lambda run: run.get_status_display().lower(),
    "gate": lambda run: outcome_text(run) or UNKNOWN,
    "classes": lambda run: value_text(run.class_count),
    "drawings to train on": lambda run: value_text(run.drawing_count),
    "right on base test drawings": lambda run: percent(run.top1),
    "recall of the average class": lambda run: percent(run.macro_recall),
    "took": lambda run: duration_text(run) or UNKNOWN,
    "of that": lambda run: stage_times(run) or UNKNOWN,
}


def compare_view(admin: ModelAdmin[TrainingRun], request: HttpRequest) -> HttpResponse:
    """Show runs side by side: `?run=3&run=5`."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    numbers = set(request.GET.getlist("run"))
    if not all(number.isdecimal() and len(number) < 10 for number in numbers) or not 2 <= len(numbers) <= MAX_RUNS:
        raise Http404("Say which runs: ?run=1&run=2")
    runs = TrainingRun.objects.with_results().defer("manifest", "summary").filter(pk__in=numbers).order_by("pk")
    if len(runs) < len(numbers):
        raise Http404("There are no such runs.")
    names = [str(run.pk) for run in runs]
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "media": admin.media,
        "title": f"Runs {', '.join(names[:-1])} and {names[-1]}",
        "comparison": RunComparison(cast("list[ComparedRun]", list(runs))),
    }
    return TemplateResponse(request, "admin/training/trainingrun/compare.html", context)


def compare_ticked(request: HttpRequest, runs: TrainingRunQuerySet) -> HttpResponse | None:
    """Redirect to the comparison of some runs; without one, say how many it takes."""
    numbers = [str(pk) for pk in runs.order_by("pk").values_list("pk", flat=True)[: MAX_RUNS + 1]]
    if not 2 <= len(numbers) <= MAX_RUNS:
        messages.error(request, f"Tick two to {MAX_RUNS} runs to compare.")
        return None
    query = QueryDict(mutable=True)
    query.setlist("run", numbers)
    return HttpResponseRedirect(f"{reverse('admin:training_trainingrun_compare')}?{query.urlencode()}")


def _settings_of(run: TrainingRun) -> dict[str, Any]:
    """Return all that decides what a run learns from its drawings, and the code and device that it ran on."""
    recipe = {name: value for name, value in run.recipe.items() if name != "versions"}
    # What was asked for, where the recipe has the result; the data-set difference has the classes.
    asked = {name: value for name, value in run.config.items() if value is not None and name != "classes"}
    return {"commit": run.commit, "device": run.device, **run.recipe.get("versions", {}), **recipe, **asked}
