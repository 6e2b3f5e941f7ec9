from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from recognition import starter
from recognition.models import ModelVersion
from tests.factories import make_version
from training.models import TrainingRun

pytestmark = pytest.mark.django_db


def judge() -> str:
    out = StringIO()
    call_command("judge_starter", stdout=out)
    return out.getvalue()


def test_a_starter_model_that_comes_with_an_upgrade_is_judged_once() -> None:
    make_version()
    version = starter.install(starter.read())
    assert "The gate judges it in run" in judge()
    assert judge() == ""
    run = TrainingRun.objects.get()
    assert (run.status, run.version) == ("queued", version)


def test_on_a_new_site_there_is_nothing_to_judge() -> None:
    starter.install(starter.read())
    assert judge() == ""
    assert not TrainingRun.objects.exists()


def test_it_waits_for_a_run_that_is_open() -> None:
    make_version()
    starter.install(starter.read())
    open_run = TrainingRun.objects.request({}, by=None, reason="test")
    assert "waits to be judged" in judge()
    open_run.cancel()
    judge()
    assert TrainingRun.objects.filter(version=ModelVersion.objects.latest("number")).exists()
