"""`tests.chaos.verify` finds lost, duplicate, stuck and orphaned rows."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from recognition.labeling.feedback import give_feedback
from recognition.models import Drawing
from tests.chaos import invariants, journal_parser, verify
from tests.chaos.journal import Journal
from tests.factories import make_class, make_drawing, make_prediction, make_version
from training.models import Checkpoint, TrainingRun

pytestmark = pytest.mark.django_db


class Drawer:
    """A user who draws and judges, and writes a journal."""

    def __init__(self, path: Path) -> None:
        self._journal = Journal(path)

    def draws(self, told: Drawing | None, *, status: int = 201) -> int:
        serial = self._journal.next_serial()
        pk = str(told.pk) if told else str(uuid4())
        self._ask(serial, "drawing", status, id=pk if status == 201 else None, guess="cat")
        return serial

    def says(self, serial: int, label: str, *, status: int | None = 200) -> None:
        """status: of the response, None if there was none."""
        self._ask(serial, "feedback", status, correct=False, label=label)

    def remembers(self) -> journal_parser.ParsedJournal:
        self._journal.close()
        return journal_parser.ParsedJournal.read(self._journal.path)

    def _ask(self, serial: int, what: str, status: int | None, **facts: object) -> None:
        attempt = uuid4().hex
        self._journal.write("asked", what=what, serial=serial, attempt=attempt, **facts)
        if status is None:
            self._journal.write("silence", attempt=attempt)
        else:
            self._journal.write("told", attempt=attempt, status=status, detail="", **facts)


@pytest.fixture
def drawer(tmp_path: Path) -> Drawer:
    return Drawer(tmp_path / "journal.ndjson")


def stored(serial: int) -> Drawing:
    """Store a drawing of a cat with its prediction; its first point carries the serial."""
    drawing = make_drawing("cat", strokes=[[[0, 9], [0, 9], [serial, serial + 1]]], source=Drawing.Source.API)
    make_prediction(drawing, make_version())
    return drawing


def judge(drawing: Drawing, label: str) -> None:
    give_feedback(drawing, drawing.contributor, correct=False, label=make_class(label))


def test_what_was_answered_and_is_there_once_is_neither_lost_nor_doubled(drawer: Drawer) -> None:
    drawing = stored(1)
    judge(drawing, "tree")
    drawer.says(drawer.draws(drawing), "tree")
    remembered = drawer.remembers()

    assert not list(verify.lost_drawings(remembered))
    assert not list(verify.lost_feedback(remembered))
    assert not list(verify.doubled(remembered))
    assert not list(verify.other_answers(remembered))
    assert not [*invariants.orphans(), *invariants.half_made(), *invariants.counted_wrong()]


def test_a_drawing_that_was_answered_and_is_not_there_is_lost(drawer: Drawer) -> None:
    drawer.draws(None)
    assert list(verify.lost_drawings(drawer.remembers())) == ["drawing 1 was answered and is not there"]


def test_a_drawing_that_is_there_twice_is_doubled(drawer: Drawer) -> None:
    drawer.draws(stored(1))
    stored(1)
    assert list(verify.doubled(drawer.remembers())) == ["drawing 1 is there 2 times"]


def test_a_drawing_that_nobody_drew_is_found(drawer: Drawer) -> None:
    stored(7)
    assert list(verify.doubled(drawer.remembers())) == ["drawing 7 is there, but was not drawn"]


def test_a_drawing_that_is_there_though_it_was_refused_is_named(drawer: Drawer) -> None:
    drawer.draws(stored(1), status=503)
    assert list(verify.denied(drawer.remembers())) == [1]


@pytest.mark.parametrize(("then", "is_lost"), [(200, True), (503, False), (None, False)])
def test_feedback_must_be_what_was_answered_last(drawer: Drawer, then: int | None, is_lost: bool) -> None:
    drawing = stored(1)
    judge(drawing, "tree")
    serial = drawer.draws(drawing)
    drawer.says(serial, "tree", status=then)
    drawer.says(serial, "apple") if then == 200 else None
    assert bool(list(verify.lost_feedback(drawer.remembers()))) is is_lost


def test_feedback_that_was_answered_and_is_not_there_is_lost(drawer: Drawer) -> None:
    drawer.says(drawer.draws(stored(1)), "tree")
    assert list(verify.lost_feedback(drawer.remembers())) == ["feedback on drawing 1 was answered and is not there"]


def test_a_run_that_does_not_end_is_stuck() -> None:
    run = TrainingRun.objects.request({}, by=None, reason="test")
    assert list(invariants.stuck()) == [f"{run} is queued in no stage, attempt 0"]


def test_a_run_that_failed_must_say_why() -> None:
    run = TrainingRun.objects.create(status=TrainingRun.Status.FAILED)
    assert list(invariants.without_a_reason()) == [f"{run} failed without saying why"]


def test_there_is_a_champion_and_it_is_the_one_promoted_last(drawer: Drawer) -> None:
    remembered = drawer.remembers()
    assert list(verify.champions(remembered)) == ["there is none"]
    make_version()
    remembered.champion = 2
    assert list(verify.champions(remembered)) == ["version 1 serves, answered was 2"]
    make_version()
    assert not list(verify.champions(remembered))


def test_what_belongs_to_nothing_is_found() -> None:
    run = TrainingRun.objects.create(status=TrainingRun.Status.FAILED, error="test")
    Checkpoint.objects.create(run=run, epoch=1, npz=b"")
    Drawing.objects.all().delete()
    make_drawing("cat", source=Drawing.Source.API)
    found = list(invariants.half_made())
    assert f"a checkpoint of {run}, which is failed" in found
    assert any(one.endswith("without a prediction") for one in found)
