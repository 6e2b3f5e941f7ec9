from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import pytest
from rest_framework.test import APIClient

from recognition.models import DoodleClass
from tests.factories import make_version
from training.config import TrainingConfig
from training.models import TrainingRun

RUNS = "/api/v1/training-runs/"


@pytest.fixture(autouse=True)
def classes(db: None) -> None:
    DoodleClass.objects.ensure(["cat", "dog"])


def test_staff_start_a_run(staff: APIClient) -> None:
    answer = staff.post(RUNS, {"preset": "quick", "epochs": 2, "classes": ["cat", "dog"]}, format="json")
    assert answer.status_code == 201
    run = answer.json()
    assert (run["status"], run["reason"], run["requested_by"]) == ("queued", "by hand", "admin")
    assert (run["config"]["preset"], run["config"]["epochs"], run["config"]["classes"]) == ("quick", 2, ["cat", "dog"])


def test_an_empty_body_asks_for_the_defaults(staff: APIClient) -> None:
    assert staff.post(RUNS).json()["config"]["preset"] == "standard"


def test_null_is_the_same_as_left_out(staff: APIClient) -> None:
    answer = staff.post(RUNS, dict.fromkeys(field.name for field in fields(TrainingConfig)))
    assert (answer.status_code, answer.json()["config"]["seed"]) == (201, 0)


def test_a_program_with_the_scope_train_starts_a_run(program: Callable[..., APIClient]) -> None:
    assert program("train", staff=True).post(RUNS).status_code == 201


def test_a_token_without_the_scope_is_refused(program: Callable[..., APIClient]) -> None:
    answer = program("read", "label", staff=True).post(RUNS)
    assert (answer.status_code, answer.json()) == (403, {"detail": "This token lacks the scope “train”."})


def test_a_token_of_somebody_not_on_the_staff_is_refused(program: Callable[..., APIClient]) -> None:
    assert program("train").post(RUNS).status_code == 403


@pytest.mark.parametrize("address", [RUNS, f"{RUNS}1/", f"{RUNS}1/manifest/"])
def test_strangers_see_no_runs(api: APIClient, address: str) -> None:
    assert api.get(address).status_code == 401


def test_what_cannot_be_asked_is_named_by_field(staff: APIClient) -> None:
    answer = staff.post(RUNS, {"epochs": 0, "classes": ["horse", "cat"], "preset": "huge"}, format="json")
    assert answer.status_code == 400
    assert answer.json() == {
        "preset": ['"huge" is not a valid choice.'],
        "classes": ["Not among the active classes: horse."],
        "epochs": ["Ensure this value is greater than or equal to 1."],
    }
    assert not TrainingRun.objects.exists()


def test_a_body_that_is_no_object_is_refused(staff: APIClient) -> None:
    assert staff.post(RUNS, ["quick"], format="json").status_code == 400


def test_a_second_run_conflicts_with_the_open_one(staff: APIClient) -> None:
    first = staff.post(RUNS).json()["id"]
    answer = staff.post(RUNS)
    assert answer.status_code == 409
    assert answer.json() == {"detail": f"Run {first} is queued; wait until it ends, or cancel it."}


def test_runs_are_listed_newest_first(staff: APIClient) -> None:
    old = TrainingRun.objects.create(status="failed", error="no drawings")
    new = TrainingRun.objects.create(status="succeeded", version=make_version())
    results = staff.get(RUNS).json()["results"]
    assert [(run["id"], run["model_version"], run["error"]) for run in results] == [
        (new.pk, 1, ""),
        (old.pk, None, "no drawings"),
    ]


def test_the_list_takes_one_query_and_never_loads_an_artifact(
    staff: APIClient, django_assert_num_queries: Callable[[int], object]
) -> None:
    for _ in range(3):
        TrainingRun.objects.create(status="succeeded", version=make_version(promoted=False))
    with django_assert_num_queries(3) as queries:  # type: ignore[attr-defined]  # session, user, runs
        staff.get(RUNS)
    assert "artifact" not in queries.captured_queries[-1]["sql"]


def test_a_run_shows_how_it_goes(staff: APIClient) -> None:
    run = TrainingRun.objects.create(
        status="running", stage="train", progress={"epoch": 1}, history=[{"loss": 0.5}], verdict={"passed": True}
    )
    shown = staff.get(f"{RUNS}{run.pk}/").json()
    assert (shown["stage"], shown["progress"], shown["history"]) == ("train", {"epoch": 1}, [{"loss": 0.5}])


def test_a_run_that_there_is_not_is_not_found(staff: APIClient) -> None:
    assert staff.get(f"{RUNS}99/").status_code == 404
    assert staff.get(f"{RUNS}{10**30}/").status_code == 404


def test_a_queued_run_is_cancelled_at_once(staff: APIClient) -> None:
    run = staff.post(RUNS).json()["id"]
    answer = staff.post(f"{RUNS}{run}/cancel/")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")


def test_a_run_that_has_ended_cannot_be_cancelled(staff: APIClient) -> None:
    run = TrainingRun.objects.create(status="succeeded")
    answer = staff.post(f"{RUNS}{run.pk}/cancel/")
    assert (answer.status_code, answer.json()) == (409, {"detail": f"Run {run.pk} has ended already."})


def test_the_manifest_says_what_was_learnt_from(staff: APIClient) -> None:
    run = TrainingRun.objects.create(status="succeeded", manifest={"classes": {"cat": {}}})
    assert staff.get(f"{RUNS}{run.pk}/manifest/").json() == {"classes": {"cat": {}}}


def test_a_preview_starts_nothing(staff: APIClient) -> None:
    answer = staff.post(f"{RUNS}preview/", {"preset": "quick"}, format="json")
    assert answer.status_code == 200
    assert not TrainingRun.objects.exists()


def test_a_preview_checks_the_config_too(staff: APIClient) -> None:
    assert staff.post(f"{RUNS}preview/", {"epochs": -1}, format="json").status_code == 400
