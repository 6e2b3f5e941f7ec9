from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.factories import make_version
from training.models import TrainingRun

pytestmark = pytest.mark.django_db

LIST = "/admin/training/trainingrun/"
COMPARE = f"{LIST}compare/"


def ended_run(*accuracies: float, **fields: Any) -> TrainingRun:
    history = [
        {"epoch": epoch, "val_loss": 1 - accuracy, "val_accuracy": accuracy}
        for epoch, accuracy in enumerate(accuracies, start=1)
    ]
    return TrainingRun.objects.create(status="succeeded", history=history, **fields)


def tick(client: Client, *runs: TrainingRun) -> Any:
    ticked = [str(run.pk) for run in runs]
    return client.post(LIST, {"action": "compare", "_selected_action": ticked}, follow=True)


def compare(client: Client, *runs: TrainingRun) -> Any:
    response = client.get(COMPARE, {"run": [run.pk for run in runs]})
    assert response.status_code == 200
    return response


def test_ticked_runs_are_compared(viewer_client: Client) -> None:
    first, second = ended_run(0.5), ended_run(0.6)
    response = tick(viewer_client, first, second)
    assert response.redirect_chain[-1][0] == f"{COMPARE}?run={first.pk}&run={second.pk}"
    assert f"Runs {first.pk} and {second.pk}" in response.content.decode()


@pytest.mark.parametrize("count", [1, 7])
def test_too_few_or_too_many_ticks_are_refused(viewer_client: Client, count: int) -> None:
    response = tick(viewer_client, *(ended_run() for _ in range(count)))
    assert "Tick two to 6 runs to compare." in response.content.decode()


def test_each_run_has_a_line_that_ends_with_it(viewer_client: Client) -> None:
    first, second = ended_run(0.5, 0.75), ended_run(0.25)
    comparison = compare(viewer_client, first, second).context["comparison"]
    (_, loss), (_, accuracy) = comparison.charts
    assert json.loads(accuracy.json)["places"] == [1, 2]
    assert [(line.name, line.values) for line in accuracy.lines] == [
        (f"Run {first.pk}", [0.5, 0.75]),
        (f"Run {second.pk}", [0.25, None]),
    ]
    assert [line.values for line in loss.lines] == [[0.5, 0.25], [0.75, None]]
    assert loss.unit == "number"


def test_results_stand_side_by_side(viewer_client: Client) -> None:
    version = make_version(promoted=False)
    version.metrics = {"base": {"top1": 0.912, "macro_recall": 0.801}}
    version.save(update_fields=["metrics"])
    first = ended_run(version=version, class_count=3, drawing_count=12345, verdict={"passed": True})
    second = ended_run(stage_seconds={"collect": 61})
    results = dict(compare(viewer_client, first, second).context["comparison"].results)
    assert results["right on base test drawings"] == ["91.2\xa0%", "–"]
    assert results["recall of the average class"] == ["80.1\xa0%", "–"]
    assert results["drawings to train on"] == ["12,345", "–"]
    assert results["gate"] == ["passed", "–"]
    assert results["of that"] == ["–", "collect 1 min 1 s"]


def test_settings_are_told_apart_from_those_that_are_the_same(viewer_client: Client) -> None:
    recipe = {"batch_size": 256, "channels": [16, 32], "versions": {"keras": "3.1"}}
    first = ended_run(recipe=recipe, commit="abc", config={"warm_start": True, "epochs": None})
    second = ended_run(recipe=recipe | {"channels": [8, 16]}, commit="abc", config={"warm_start": False})
    comparison = compare(viewer_client, first, second).context["comparison"]
    assert comparison.differing == [("channels", ["16, 32", "8, 16"]), ("warm start", ["yes", "no"])]
    assert dict(comparison.common).items() >= {"commit": "abc", "keras": "3.1", "batch size": "256"}.items()


def test_runs_without_epochs_have_no_chart(viewer_client: Client) -> None:
    assert "data-chart" not in compare(viewer_client, ended_run(), ended_run()).content.decode()


@pytest.mark.parametrize("query", ["", "?run=1", "?run=1&run=99", "?run=1&run=x", "?run=1&run=99999999999999999999"])
def test_what_names_no_two_runs_is_not_found(viewer_client: Client, query: str) -> None:
    ended_run()
    assert viewer_client.get(COMPARE + query).status_code == 404


def test_strangers_compare_nothing(client: Client) -> None:
    assert client.get(COMPARE).status_code == 302
