from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from recognition.models import ModelVersion
from tests.factories import make_version
from tests.training.mislabelled import save_mislabelled
from training import tasks
from training.jobs import label_search_jobs
from training.models import LabelSearch, SearchEnded, SearchIsOpen, Suspect

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mislabelled(settings: Settings, tmp_path: Path) -> Path:
    """A folder with two houses among the cats."""
    settings.QUICKDRAW_DIR = tmp_path
    save_mislabelled(tmp_path)
    return tmp_path


@pytest.fixture
def version() -> ModelVersion:
    return make_version()


def taken() -> LabelSearch:
    search = LabelSearch.objects.claim(LabelSearch.objects.request(by=None).pk)
    assert search
    return search


def test_the_task_lists_what_it_finds_and_says_how_it_ended(version: ModelVersion) -> None:
    search = LabelSearch.objects.request(by=None)
    tasks.find_label_errors(search.pk)
    search.refresh_from_db()
    assert (search.status, search.version, search.found, search.listed) == ("succeeded", 1, 2, 2)
    assert Suspect.objects.open().count() == 2


def test_a_task_that_is_delivered_twice_runs_once(version: ModelVersion) -> None:
    search = taken()
    tasks.find_label_errors(search.pk)
    search.refresh_from_db()
    assert search.status == "running"


def test_it_goes_to_where_the_base_drawings_are() -> None:
    assert current_app.amqp.router.route({}, tasks.find_label_errors.name)["queue"].name == "training"


def test_only_one_search_is_open() -> None:
    first = LabelSearch.objects.request(by=None)
    with pytest.raises(SearchIsOpen) as refused:
        LabelSearch.objects.request(by=None)
    assert refused.value.search == first


def test_progress_is_written_as_it_goes(version: ModelVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_search_jobs, "PROGRESS_INTERVAL_SECONDS", 0.0)
    search = taken()
    label_search_jobs.run_search(search)
    assert (search.done, search.total, search.percent) == (62, 62, 100)


def test_a_search_whose_worker_went_silent_is_failed_and_its_worker_stops(version: ModelVersion) -> None:
    search = taken()
    LabelSearch.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    LabelSearch.objects.fail_dead()
    with pytest.raises(SearchEnded):
        search.write(done=1)
    assert label_search_jobs.run_search(search) is None
    search.refresh_from_db()
    assert (search.status, search.error) == ("failed", "Its worker died.")
    assert not Suspect.objects.exists()


def test_what_goes_wrong_is_said(version: ModelVersion, mislabelled: Path) -> None:
    (mislabelled / "full/numpy_bitmap/cat.npy").write_bytes(b"garbage")
    search = taken()
    label_search_jobs.run_search(search)
    search.refresh_from_db()
    assert search.status == "failed"
    assert "cat.npy" in search.error


def test_the_command_says_what_it_found(version: ModelVersion) -> None:
    out = StringIO()
    call_command("find_label_errors", stdout=out)
    assert "2 cat that look like house" in out.getvalue()
    assert "2 wait for somebody" in out.getvalue()


def test_the_command_says_in_one_line_what_is_missing(version: ModelVersion, settings: Settings) -> None:
    settings.QUICKDRAW_DIR = Path("/nowhere")
    with pytest.raises(CommandError, match="There is no drawing in /nowhere"):
        call_command("find_label_errors")
    with pytest.raises(CommandError, match="at least 1"):
        call_command("find_label_errors", "--rows", "0")


def test_without_a_network_nothing_is_searched() -> None:
    with pytest.raises(CommandError, match="No model is in service"):
        call_command("find_label_errors")


def test_the_command_waits_for_no_other_search(version: ModelVersion) -> None:
    search = taken()
    with pytest.raises(CommandError, match=f"Search {search.pk} is running"):
        call_command("find_label_errors")
