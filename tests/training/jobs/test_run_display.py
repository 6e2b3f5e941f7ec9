from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from recognition.models import ModelVersion
from training.jobs.run_display import display_run
from training.models import TrainingRun

START = datetime(2026, 1, 1, tzinfo=UTC)


def states(run: TrainingRun) -> list[str]:
    return [stage.state for stage in display_run(run).stages]


def test_a_queued_run_has_all_stages_to_come() -> None:
    assert states(TrainingRun(status="queued")) == ["to come"] * 7


def test_a_running_run_is_between_done_and_to_come() -> None:
    run = TrainingRun(status="running", stage="export", started_at=START)
    assert states(run) == ["done", "done", "current", "to come", "to come", "to come", "to come"]


def test_a_run_whose_version_was_promoted_has_done_them_all() -> None:
    run = TrainingRun(status="succeeded", stage="promote", version=ModelVersion(promoted_at=START))
    assert states(run) == ["done"] * 7


def test_a_run_whose_version_waits_for_people_has_not_promoted_it() -> None:
    run = TrainingRun(status="succeeded", stage="promote", version=ModelVersion())
    assert states(run) == ["done"] * 6 + ["to come"]


def test_a_stage_that_has_ended_tells_how_long_it_took() -> None:
    collect, train, *_ = display_run(TrainingRun(status="running", stage="train", stage_seconds={"collect": 75})).stages
    assert (collect.took, train.took) == ("1 min 15 s", None)


def test_the_latest_steps_are_shown_with_their_times_and_stages() -> None:
    run = TrainingRun(status="running", stage="collect")
    for number in range(100):
        run.log = run.log_with(f"step {number}")
    lines = display_run(run).log
    assert (lines[-1].stage, lines[-1].text) == ("collect", "step 99")
    assert 0 < len(lines) < len(run.log) < 100
    assert lines[0].at <= lines[-1].at


def test_a_failed_run_stands_where_it_failed() -> None:
    assert states(TrainingRun(status="failed", stage="train"))[:3] == ["done", "current", "to come"]


def test_outside_of_the_epochs_it_says_what_it_does_and_how_far_it_is() -> None:
    run = TrainingRun(
        status="running", stage="collect", progress={"doing": "reading", "share": 0.504, "seconds_left": 3}
    )
    shown = display_run(run)
    assert (shown.doing, shown.share, shown.percent, shown.time_left) == ("reading", 50, None, "3 s")


def test_a_training_knows_how_far_it_is_and_how_long_it_takes() -> None:
    run = TrainingRun(status="running", stage="train", progress={"done": 0.256, "seconds_left": 75})
    assert (display_run(run).percent, display_run(run).time_left) == (26, "1 min 15 s")
    assert display_run(run).doing is None


def test_a_run_that_has_ended_does_nothing() -> None:
    run = TrainingRun(status="succeeded", stage="promote", progress={"doing": "comparing", "seconds_left": 3})
    assert (display_run(run).doing, display_run(run).time_left) == (None, None)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3599, "59 min 59 s"), (7325, "2 h 2 min")]
)
def test_times_read_as_people_say_them(seconds: int, text: str) -> None:
    run = TrainingRun(status="failed", started_at=START, finished_at=START + timedelta(seconds=seconds))
    assert display_run(run).took == text


def test_a_run_that_never_started_took_no_time() -> None:
    assert display_run(TrainingRun(status="cancelled", finished_at=START)).took is None


def test_the_history_is_json_for_the_charts() -> None:
    assert json.loads(display_run(TrainingRun(history=[{"loss": 0.5}])).history) == [{"loss": 0.5}]
