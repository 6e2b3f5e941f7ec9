"""Repeats a run: with its recipe, options and classes, and from the weights that it started from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recognition.models import DoodleClass, Drawing, ModelVersion, Promotion
from training.config import TrainingConfig
from training.hyperparameters import Hyperparameters
from training.models import TrainingRun
from training.network.environment import code_commit, package_versions
from training.network.warm_start import find_warm_start

RECIPE_OPTIONS = ("preset", "warm_start")  # the recipe decides about them


class CannotRepeat(ValueError):
    """A run cannot be repeated; the message says why."""


def config_like(run: TrainingRun, changes: dict[str, Any] | None = None) -> TrainingConfig:
    """Return the config of a repetition. It names the classes, as others may be active now.

    changes: options that shall differ. Raises CannotRepeat, InvalidConfig.
    """
    changes = changes or {}
    if not run.recipe:
        raise CannotRepeat(
            f"{str(run).capitalize()} has no recipe to repeat: it ended before its training began, or an earlier "
            "release made it."
        )
    if clash := [name for name in RECIPE_OPTIONS if name in changes]:
        raise CannotRepeat(
            f"The recipe of {run} decides about {' and '.join(clash)}; leave that out.".replace("_", "-")
        )
    classes = _active_classes(run)
    if len(classes) < 2 and "classes" not in changes:
        raise CannotRepeat(f"Fewer than two classes of {run} are still active. Activate them in the admin.")
    same = {"classes": classes, "warm_start": run.manifest["parent"] is not None}
    return TrainingConfig.from_dict(run.config | same | changes)


def list_differences(run: TrainingRun) -> list[str]:
    """Say what a repetition of a run cannot have as the run had it, each in a sentence. Reads no base drawings."""
    return [*_code_differences(run), *_class_differences(run), *_weight_differences(run), *_drawing_differences(run)]


def _code_differences(run: TrainingRun) -> Iterator[str]:
    commit = code_commit()
    if run.commit and commit and run.commit != commit:
        yield f"The code is {commit}, not {run.commit}."
    installed = package_versions()  # of this process; a web process may lack some
    for name, version in run.recipe["versions"].items():
        if installed.get(name, version) != version:
            yield f"{name} {installed[name]} is installed, not {version}."
    stored, known = run.recipe.keys() - {"versions"}, Hyperparameters.names()
    if unknown := sorted(stored - known):
        yield f"This release has no hyperparameter {', '.join(unknown)}."
    if new := sorted(known - stored):
        yield f"These hyperparameters are new, and take their defaults: {', '.join(new)}."


def _class_differences(run: TrainingRun) -> Iterator[str]:
    if gone := sorted(set(run.manifest["classes"]) - set(_active_classes(run))):
        yield f"Left out, as no longer active: {', '.join(gone)}."


def _weight_differences(run: TrainingRun) -> Iterator[str]:
    parent = run.manifest["parent"]
    if parent and not find_warm_start(ModelVersion.objects.filter(number=parent).first()):
        yield f"The weights of version {parent}, which it started from, are gone: it starts from those in service."
    if run.started_at and Promotion.objects.filter(at__gt=run.started_at).exists():
        yield (
            "Another version was put in service since. It looks for wrong labels, may teach, and is what the gate "
            "compares with."
        )


def _drawing_differences(run: TrainingRun) -> Iterator[str]:
    entries = run.manifest["classes"]
    then = {
        (name, key)
        for name, entry in entries.items()
        for keys in (*entry["collected"].values(), entry["collected_left_out"])
        for key in keys
    }
    accepted = Drawing.objects.accepted().filter(label__name__in=entries).order_by()
    now = {(name, str(pk)) for name, pk in accepted.values_list("label__name", "pk")}
    if gone := len(then - now):
        yield f"{gone:,} of its collected drawings were deleted, hidden or labelled again since."
    if new := len(now - then):
        yield f"{new:,} collected drawings of its classes were accepted since."


def _active_classes(run: TrainingRun) -> list[str]:
    """Return the classes that a run learnt and that are still active, in its order."""
    active = set(DoodleClass.objects.active().values_list("name", flat=True))
    return [name for name in run.manifest["classes"] if name in active]
