from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import make_class, make_drawing, make_version
from training.admin.training_runs import TrainingRunAdmin
from training.models import TrainingRun

pytestmark = pytest.mark.django_db

LIST = "/admin/training/trainingrun/"
CHECKS = [
    {"name": "base drawings", "passed": True, "detail": "+0.10 points on 4,000 drawings."},
    {"name": "collected drawings", "passed": False, "detail": "3 of 9 right, before 5."},
]

EMPTY = {
    "base": {"train": 0, "validation": 0, "test": 0, "near": 0},
    "collected": {"train": [], "validation": [], "test": []},
    "collected_left_out": {},
}


def page(run: TrainingRun, name: str = "change/") -> str:
    return f"{LIST}{run.pk}/{name}"


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_says_how_each_run_ended(admin_client: Client) -> None:
    TrainingRun.objects.create(status="succeeded", version=make_version(), verdict={"passed": True, "checks": []})
    TrainingRun.objects.create(status="failed", stage="collect", reason="schedule")
    listed = text(admin_client, LIST)
    assert "passed" in listed
    assert "schedule" in listed


def test_the_list_does_not_ask_once_for_each_run(
    admin_client: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(5):
        TrainingRun.objects.create(status="succeeded", version=make_version(promoted=False), verdict={"passed": False})
    with django_assert_max_num_queries(7):  # type: ignore[attr-defined]
        text(admin_client, LIST)


def test_a_running_run_shows_how_far_it_is(admin_client: Client) -> None:
    run = TrainingRun.objects.create(
        status="running",
        stage="train",
        progress={"epoch": 2, "epochs": 6, "images_per_second": 3210, "seconds_left": 61, "done": 0.31},
        history=[{"epoch": 1, "loss": 0.8124, "accuracy": 0.7, "val_loss": 0.9, "val_accuracy": 0.69}],
    )
    shown = text(admin_client, page(run))
    for words in ("2 of 6", "3,210", "1 min 1 s", "0.812", "data-open", "Cancel this run"):
        assert words in shown


def test_what_a_run_did_last_is_listed_and_charts_wait_for_their_first_point(admin_client: Client) -> None:
    run = TrainingRun.objects.create(
        status="running", stage="collect", log=[["2026-01-01T10:00:00+00:00", "collect", "reading the drawings"]]
    )
    shown = text(admin_client, page(run))
    assert "10:00:00</time> <span>collect</span> reading the drawings" in shown
    assert '<div class="doodle-panel" hidden>' in shown
    TrainingRun.objects.update(history=[{"epoch": 1, "loss": 0.8, "accuracy": 0.7}])
    assert '<div class="doodle-panel" hidden>' not in text(admin_client, page(run))


def test_the_live_panel_is_the_run_as_it_is_now(admin_client: Client) -> None:
    run = TrainingRun.objects.create(status="running", stage="train")
    assert "data-open" in text(admin_client, page(run, "live/"))
    TrainingRun.objects.update(status="failed", error="ValueError: no drawings")
    panel = text(admin_client, page(run, "live/"))
    assert "data-open" not in panel
    assert "ValueError: no drawings" in panel


def test_the_verdict_is_shown_line_by_line_with_the_way_to_promote_against_it(admin_client: Client) -> None:
    version = make_version(promoted=False)
    run = TrainingRun.objects.create(
        status="succeeded", version=version, verdict={"passed": False, "checks": CHECKS}, stage="promote"
    )
    shown = text(admin_client, page(run))
    assert "The gate keeps it out" in shown
    assert "collected drawings: not passed." in shown
    assert f"/admin/recognition/modelversion/{version.pk}/promote" in shown


def test_the_manifest_is_summed_up(admin_client: Client) -> None:
    cat = EMPTY | {
        "base": {"train": 800, "validation": 9, "test": 90, "near": 0},
        "collected": {"train": ["a"], "validation": [], "test": []},
    }
    run = TrainingRun.objects.create(status="succeeded", manifest={"classes": {"cat": cat}})
    shown = text(admin_client, page(run))
    assert "Learnt from 800 base and 1 collected drawings of 1 classes" in shown


def test_a_new_class_that_looks_like_another_one_mirrored_is_told(admin_client: Client) -> None:
    manifest = {"classes": {"d": EMPTY, "b": EMPTY}, "mirrored": {"d": "b"}}
    run = TrainingRun.objects.create(status="succeeded", manifest=manifest)
    assert "“d” looks like “b” mirrored." in text(admin_client, page(run))


def test_drawings_that_were_left_out_are_shown_with_the_reason_and_lead_to_their_pages(admin_client: Client) -> None:
    doubted = make_drawing(label="cat")
    deleted = "6b1f0f2e-0000-4000-8000-000000000000"
    cat = {
        "base": {"train": 800, "validation": 9, "test": 90, "near": 0},
        "collected": {"train": [], "validation": [], "test": []},
        "collected_left_out": {str(doubted.pk): "label doubted: 3% likely", deleted: "label doubted: 0% likely"},
    }
    run = TrainingRun.objects.create(status="succeeded", manifest={"classes": {"cat": cat}})
    shown = text(admin_client, page(run))
    assert "2 collected drawings left out: label doubted" in shown
    assert "cat, label doubted: 3% likely" in shown
    assert f"/admin/recognition/drawing/{doubted.pk}/change/" in shown


def test_cancelling_ends_the_run_and_is_recorded(admin_client: Client) -> None:
    run = TrainingRun.objects.create(status="running")
    answer = admin_client.post(page(run, "cancel/"), follow=True)
    assert "is cancelled" in answer.content.decode()
    run.refresh_from_db()
    assert run.status == "cancelled"
    assert LogEntry.objects.get().change_message == "Cancelled."


def test_cancelling_a_run_that_has_ended_says_so(admin_client: Client) -> None:
    run = TrainingRun.objects.create(status="succeeded")
    assert "had ended already" in admin_client.post(page(run, "cancel/"), follow=True).content.decode()


def test_cancelling_asks_first(admin_client: Client) -> None:
    run = TrainingRun.objects.create(status="running")
    assert f"Cancel run {run.pk}?" in text(admin_client, page(run, "cancel/"))
    assert TrainingRun.objects.get().is_open


def test_a_viewer_sees_runs_but_starts_and_cancels_none(viewer_client: Client) -> None:
    run = TrainingRun.objects.create(status="running")
    assert "Cancel this run" not in text(viewer_client, page(run))
    assert "Retrain" not in text(viewer_client, LIST)
    assert viewer_client.post(page(run, "cancel/")).status_code == 403
    assert viewer_client.get(f"{LIST}retrain/").status_code == 403


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    run = TrainingRun.objects.create(status="running")
    assert client.get(page(run, "live/")).status_code == 302


def test_a_run_that_there_is_not_is_not_found(admin_client: Client) -> None:
    assert admin_client.get(f"{LIST}99/live/").status_code == 404
    assert admin_client.get(f"{LIST}99/change/", follow=True).status_code == 200  # the admin says so in its own way


def order(client: Client, column: str, sign: str = "") -> list[int]:
    """Return the runs as the list shows them when it is sorted by a column."""
    number = ["", *TrainingRunAdmin.list_display].index(column)
    return [run.pk for run in client.get(f"{LIST}?o={sign}{number}").context["cl"].result_list]


def test_the_list_is_sorted_by_what_runs_measured_with_unknown_values_last(admin_client: Client) -> None:
    start = timezone.now()
    made = []
    for top1, macro, seconds, drawings in ((0.9, 0.7, 30, 500), (0.8, 0.75, 10, 900)):
        version = make_version(promoted=False)
        version.metrics = {"base": {"top1": top1, "macro_recall": macro}}
        version.save(update_fields=["metrics"])
        fields = {"class_count": drawings // 100, "drawing_count": drawings, "started_at": start}
        made.append(
            TrainingRun.objects.create(
                status="succeeded", version=version, finished_at=start + timedelta(seconds=seconds), **fields
            ).pk
        )
    first, second = made
    unknown = TrainingRun.objects.create(status="failed").pk
    for column in ("top1", "duration"):
        assert order(admin_client, column, "-") == [first, second, unknown], column
    for column in ("macro_recall", "drawings", "classes"):
        assert order(admin_client, column, "-") == [second, first, unknown], column
    assert order(admin_client, "top1") == [unknown, second, first]
    assert "90.0\xa0%" in text(admin_client, LIST)


def test_runs_cannot_be_deleted_from_the_list(admin_client: Client) -> None:
    TrainingRun.objects.create(status="failed")
    assert "delete_selected" not in text(admin_client, LIST)


def test_the_page_of_a_run_says_what_it_ran_on_and_how_long_each_stage_took(admin_client: Client) -> None:
    run = TrainingRun.objects.create(
        status="succeeded",
        commit="release 1.2",
        device="A Processor",
        recipe={"versions": {"keras": "3.1"}},
        stage_seconds={"collect": 3.2, "train": 75},
    )
    shown = text(admin_client, page(run))
    for words in ("release 1.2", "A Processor", "keras 3.1", "collect 3 s, train 1 min 15 s"):
        assert words in shown


@pytest.fixture
def repeatable() -> TrainingRun:
    """A run with all that a repetition needs."""
    make_class("cat")
    make_class("dog")
    entry = {
        "base": {"train": 800, "validation": 9, "test": 90, "near": 0},
        "collected": {"train": [], "validation": [], "test": []},
        "collected_left_out": {},
    }
    return TrainingRun.objects.create(
        status="succeeded",
        config={"seed": 7},
        recipe={"epochs": 3, "versions": {"numpy": "0.1"}},
        manifest={"classes": {"cat": entry, "dog": entry}, "parent": None},
    )


def test_a_run_is_repeated_by_a_button_that_says_what_will_differ(
    admin_client: Client, admin_user: User, repeatable: TrainingRun
) -> None:
    assert "Train again like this" in text(admin_client, page(repeatable))
    answer = admin_client.post(page(repeatable, "repeat/"), follow=True)
    repetition = TrainingRun.objects.get(repeats=repeatable)
    assert answer.redirect_chain[-1][0] == page(repetition)
    assert (repetition.status, repetition.requested_by) == ("queued", admin_user)
    assert repetition.config["classes"] == ["cat", "dog"]
    shown = answer.content.decode()
    assert f"It repeats run {repeatable.pk}." in shown
    assert "is installed, not 0.1." in shown


def test_a_run_without_a_recipe_has_no_such_button(admin_client: Client) -> None:
    run = TrainingRun.objects.create(status="failed")
    assert "Train again like this" not in text(admin_client, page(run))
    assert "has no recipe to repeat" in admin_client.post(page(run, "repeat/"), follow=True).content.decode()
    assert TrainingRun.objects.get() == run


def test_a_run_is_not_repeated_while_another_one_is_open(admin_client: Client, repeatable: TrainingRun) -> None:
    TrainingRun.objects.create(status="queued")
    answer = admin_client.post(page(repeatable, "repeat/"), follow=True)
    assert "is queued; wait until it ends, or cancel it." in answer.content.decode()
    assert not TrainingRun.objects.filter(repeats=repeatable).exists()


def test_repeating_asks_first_and_says_what_will_differ(admin_client: Client, repeatable: TrainingRun) -> None:
    asked = text(admin_client, page(repeatable, "repeat/"))
    assert f"Repeat run {repeatable.pk}?" in asked
    assert "is installed, not 0.1." in asked
    assert TrainingRun.objects.get() == repeatable


def test_what_was_asked_for_is_told_in_words(admin_client: Client) -> None:
    run = TrainingRun.objects.create(
        status="failed", reason="schedule", config={"classes": ["cat", "dog"], "warm_start": True, "epochs": None}
    )
    shown = text(admin_client, page(run))
    assert "<dt>classes</dt><dd>cat, dog</dd>" in shown
    assert "<dt>warm start</dt><dd>yes</dd>" in shown
    assert "epochs</dt>" not in shown
    assert "why it was started" not in shown  # the model's note for programmers


def test_a_list_is_called_by_what_it_lists(admin_client: Client) -> None:
    assert "<title> Training runs |" in text(admin_client, LIST)


def test_a_viewer_repeats_nothing(viewer_client: Client, repeatable: TrainingRun) -> None:
    assert "Train again like this" not in text(viewer_client, page(repeatable))
    assert viewer_client.post(page(repeatable, "repeat/")).status_code == 403
