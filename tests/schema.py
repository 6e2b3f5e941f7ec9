"""What the tables look like to the models of a release, and what there would stop that release from using them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.db import connection
from django.db.migrations.state import ProjectState

OURS = ("recognition", "training")


@dataclass(frozen=True)
class Column:
    kind: object
    size: int | None
    needed: bool
    has_default: bool

    @classmethod
    def of(cls, described: Any) -> Self:
        kind = described.type_code.partition("(")[0] if isinstance(described.type_code, str) else described.type_code
        fills_itself = described.default is not None or getattr(described, "is_autofield", False)
        return cls(kind, described.display_size, not described.null_ok, fills_itself)

    def holds(self, other: Column) -> bool:
        """Tell whether whatever fits into the other fits into this one."""
        fits = self.size is None or (other.size is not None and other.size <= self.size)
        return self.kind == other.kind and fits


@dataclass(frozen=True)
class Table:
    columns: dict[str, Column]
    rules: frozenset[tuple[object, ...]]  # what a row may not be: the columns that each is about, and its kind


Schema = dict[str, Table]


def schema(release: ProjectState) -> Schema:
    """Return those tables of a release's models that are there."""
    models = [model for label in OURS for model in release.apps.get_app_config(label).get_models()]
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        return {
            model._meta.db_table: _table(cursor, model._meta.db_table)
            for model in models
            if model._meta.db_table in there
        }


def differences(before: Schema, after: Schema) -> list[str]:
    """Return what a release that knows the tables as they were before cannot live with."""
    found = []
    for name, old in before.items():
        new = after.get(name)
        found += _changes(name, old, new) if new else [f"{name} is gone"]
    return found


def _table(cursor: Any, name: str) -> Table:
    described = connection.introspection.get_table_description(cursor, name)
    constraints = connection.introspection.get_constraints(cursor, name).values()
    rules = {
        (tuple(each["columns"] or ()), each["unique"], each["check"], each["foreign_key"])
        for each in constraints
        if each["unique"] or each["check"] or each["foreign_key"]
    }
    return Table({each.name: Column.of(each) for each in described}, frozenset(rules))


def _changes(name: str, old: Table, new: Table) -> list[str]:
    found = []
    for column, was in old.columns.items():
        if column not in new.columns:
            found.append(f"{name}.{column} is gone")
        elif not new.columns[column].holds(was):
            found.append(f"{name}.{column} is not what it was")
        elif new.columns[column].needed and not was.needed:
            found.append(f"{name}.{column} must be given")
    added = new.columns.keys() - old.columns.keys()
    found += [
        f"{name}.{column} is new and must be given"
        for column in sorted(added)
        if new.columns[column].needed and not new.columns[column].has_default
    ]
    if any(not set(columns) <= added or not columns for columns, *_ in new.rules - old.rules):
        found.append(f"{name} has a new rule")
    return found
