"""While hosts are upgraded one by one, the previous release runs on tables that this one has already migrated."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tests.schema import differences, schema

# The newest migration of each app in the last release; moved on with every release (docs/operations.md).
PREVIOUS_RELEASE = [("recognition", "0008_gold"), ("training", "0003_label_errors")]

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(targets: list[tuple[str, str]]) -> ProjectState:
    """Bring the tables to these migrations; return the models as they are then."""
    MigrationExecutor(connection).migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets)


def newest() -> list[tuple[str, str]]:
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


def test_the_previous_release_goes_on_after_the_migrations_of_this_one() -> None:
    try:
        previous = migrate(PREVIOUS_RELEASE)
        before = schema(previous)
    finally:
        migrate(newest())

    assert differences(before, schema(previous)) == []


def drawing(**field: models.Field[Any, Any]) -> dict[str, Any]:
    ((name, kind),) = field.items()
    return {"model_name": "drawing", "name": name, "field": kind}


COMPATIBLE = [
    migrations.CreateModel("Novelty", [("id", models.BigAutoField(primary_key=True))]),
    migrations.AddField(**drawing(mood=models.CharField(max_length=9, null=True))),
    migrations.AddField(**drawing(mood=models.CharField(max_length=9, db_default=""))),
    migrations.AlterField(**drawing(status=models.CharField(max_length=200))),
    migrations.AddIndex("drawing", models.Index(fields=["split"], name="novelty")),
]

INCOMPATIBLE = {
    "recognition_report is gone": migrations.DeleteModel("Report"),
    "recognition_prediction.milliseconds is gone": migrations.RemoveField("prediction", "milliseconds"),
    "recognition_prediction.confidence is gone": migrations.RenameField("prediction", "confidence", "certainty"),
    "recognition_drawing.mood is new and must be given": migrations.AddField(
        **drawing(mood=models.CharField(max_length=9, default=""))
    ),
    "recognition_drawing.status is not what it was": migrations.AlterField(
        **drawing(status=models.CharField(max_length=2))
    ),
    "recognition_drawing.strokes must be given": migrations.AlterField(
        **drawing(strokes=models.JSONField(default=list))
    ),
    "recognition_drawing has a new rule": migrations.AddConstraint(
        "drawing", models.UniqueConstraint(fields=["split", "created_at"], name="novelty")
    ),
}


def differences_after(operation: Operation) -> list[str]:
    """Return what the release before would not survive of an operation, which is taken back."""
    old = migrate(newest())
    new = old.clone()
    operation.state_forwards("recognition", new)
    before = schema(old)
    with connection.schema_editor() as editor:
        operation.database_forwards("recognition", editor, old, new)
    try:
        return differences(before, schema(old))
    finally:
        with connection.schema_editor() as editor:
            operation.database_backwards("recognition", editor, new, old)


@pytest.mark.parametrize("operation", COMPATIBLE, ids=Operation.describe)
def test_what_only_adds_is_survived(operation: Operation) -> None:
    assert differences_after(operation) == []


@pytest.mark.parametrize("complaint", INCOMPATIBLE)
def test_what_takes_away_or_demands_is_not(complaint: str) -> None:
    assert complaint in differences_after(INCOMPATIBLE[complaint])
