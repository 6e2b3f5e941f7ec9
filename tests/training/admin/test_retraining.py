from __future__ import annotations

import re
from dataclasses import fields

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client

from recognition.models import DoodleClass
from tests.factories import make_drawing
from training.admin.retrain_form import RetrainForm
from training.config import TrainingConfig
from training.models import TrainingRun

pytestmark = pytest.mark.django_db

FORM = "/admin/training/trainingrun/retrain/"
ASKED = {
    "preset": "quick",
    "classes": ["cat", "dog"],
    "epochs": "3",
    "augmentation": "0.5",
    "promote": "false",
    "seed": "7",
}
START = {"start": ""}  # the second page's button


@pytest.fixture(autouse=True)
def classes() -> None:
    DoodleClass.objects.ensure(["cat", "dog"])
    DoodleClass.objects.create(name="robot", origin="own")


def test_the_form_asks_for_the_whole_config() -> None:
    # DoodleNet's weights are in few folders, and teaching with them takes hours: the command offers it.
    assert set(RetrainForm().fields) == {field.name for field in fields(TrainingConfig)} - {"doodlenet"}


def test_the_form_starts_from_the_defaults() -> None:
    form = RetrainForm()
    data = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
    filled = RetrainForm(data)
    assert filled.is_valid(), filled.errors
    assert filled.config == TrainingConfig()


def test_retraining_starts_a_run_and_goes_to_its_page(admin_client: Client, admin_user: User) -> None:
    answer = admin_client.post(FORM, ASKED | START)
    run = TrainingRun.objects.get()
    assert answer["Location"] == f"/admin/training/trainingrun/{run.pk}/change/"
    assert (run.status, run.requested_by, run.reason) == ("queued", admin_user, "by hand")
    expected = {"preset": "quick", "classes": ["cat", "dog"], "epochs": 3, "augmentation": 0.5, "seed": 7}
    assert run.config.items() >= {**expected, "promote": False, "warm_start": False}.items()


def test_what_is_impossible_is_said_at_its_field_and_starts_nothing(admin_client: Client) -> None:
    answer = admin_client.post(FORM, ASKED | {"epochs": "0", "classes": ["cat"]})
    errors = answer.context["form"].errors
    assert errors["epochs"] == ["Ensure this value is greater than or equal to 1."]
    assert errors["classes"] == ["Choose at least two classes."]
    assert not TrainingRun.objects.exists()


def test_a_second_run_leads_to_the_one_that_is_open(admin_client: Client) -> None:
    admin_client.post(FORM, ASKED | START)
    first = TrainingRun.objects.get()
    answer = admin_client.post(FORM, ASKED | START, follow=True)
    assert answer.redirect_chain[-1][0] == f"/admin/training/trainingrun/{first.pk}/change/"
    assert f"Run {first.pk} is queued; wait until it ends, or cancel it." in answer.content.decode()


def test_before_it_starts_it_says_what_would_be_learnt_and_asks(admin_client: Client) -> None:
    make_drawing(label="cat", split="train")
    answer = admin_client.post(FORM, ASKED | {"classes": ["cat", "robot"]})
    shown = answer.content.decode()
    assert "Start this run?" in shown
    assert "<dt>classes</dt><dd>cat, robot</dd>" in shown
    assert "Waiting for more drawings: cat (1), robot (0)." in shown
    assert not TrainingRun.objects.exists()


def test_what_was_asked_for_is_what_starts(admin_client: Client) -> None:
    form = admin_client.post(FORM, ASKED).context["form"]
    hidden = "".join(field.as_hidden() for field in form)
    posted = re.findall(r'name="(\w+)" value="([^"]*)"', hidden)
    asked = QueryDict(mutable=True)
    for name, value in posted:
        asked.appendlist(name, value)
    admin_client.post(FORM, asked.urlencode() + "&start=", content_type="application/x-www-form-urlencoded")
    assert TrainingRun.objects.get().config == form.config.to_dict()


def test_it_can_be_changed_before_it_starts(admin_client: Client) -> None:
    shown = admin_client.post(FORM, ASKED | {"edit": ""}).content.decode()
    assert "Start this run?" not in shown
    assert 'name="epochs" value="3"' in shown


def test_the_page_says_how_many_drawings_are_new(admin_client: Client) -> None:
    make_drawing(label="cat")
    assert "1 drawing was accepted since the last run" in admin_client.get(FORM).content.decode()
