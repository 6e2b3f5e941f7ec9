from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.migrating import migrate, migrate_to_the_newest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def back_to_the_newest() -> Iterator[None]:
    yield
    migrate_to_the_newest()


def test_manifests_of_earlier_runs_are_added_up() -> None:
    old = migrate("training", "0004_run_summary")
    one = {
        "base": {"train": 80, "validation": 10, "test": 10, "near": 2},
        "collected": {"train": ["a", "b"], "validation": [], "test": ["c"]},
        "collected_left_out": {"d": "label doubted: 3% likely"},
    }
    runs = old.get_model("training", "TrainingRun").objects
    runs.create(status="succeeded", manifest={"classes": {"cat": one}, "waiting": {"robot": 7}, "style": "mirrored"})
    runs.create(status="failed", manifest={})
    new = migrate("training", "0005_fill_run_summaries")
    summaries = new.get_model("training", "TrainingRun").objects.order_by("pk").values_list("summary", flat=True)
    assert list(summaries) == [
        {
            "classes": [{"name": "cat", "base": 82, "collected": 2, "tested": 11, "left_out": 1}],
            "left_out": [["label doubted", 1]],
            "waiting": {"robot": 7},
            "style": "mirrored",
            "excluded": 0,
        },
        {"classes": [], "left_out": [], "waiting": {}, "style": "", "excluded": 0},
    ]


def test_classes_and_drawings_of_earlier_runs_are_counted() -> None:
    old = migrate("training", "0009_run_records")
    counts = {"base": 82, "collected": 2, "tested": 11, "left_out": 1}
    runs = old.get_model("training", "TrainingRun").objects
    runs.create(status="succeeded", summary={"classes": [{"name": "cat", **counts}, {"name": "dog", **counts}]})
    runs.create(status="failed", summary={"classes": []})
    new = migrate("training", "0010_fill_run_counts")
    stored = new.get_model("training", "TrainingRun").objects.order_by("pk")
    assert list(stored.values_list("class_count", "drawing_count")) == [(2, 168), (None, None)]
