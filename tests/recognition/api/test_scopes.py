"""What each scope lets a program do, for every operation that the schema knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from recognition.models import Contributor, Drawing, ModelVersion, Token
from tests.factories import make_drawing, make_user, make_version
from training.models import TrainingRun

# The scope that each operation needs; what is missing here fails the test below.
NEEDS = {
    "drawings_list": "read",
    "drawings_create": "recognize",
    "drawings_retrieve": "read",
    "drawings_destroy": "recognize",
    "drawings_bitmap": "read",
    "drawings_svg": "read",
    "drawings_feedback": "label",
    "guesses_create": "recognize",
    "explanations_create": "recognize",
    "classes_list": "read",
    "classes_create": "train",
    "model_versions_list": "read",
    "model_versions_retrieve": "read",
    "model_versions_current": "read",
    "model_versions_promote": "train",
    "model_versions_try": "train",
    "model_versions_end_trial": "train",
    "training_runs_list": "read",
    "training_runs_start": "train",
    "training_runs_preview": "train",
    "training_runs_retrieve": "read",
    "training_runs_manifest": "read",
    "training_runs_cancel": "train",
    "export_drawings": "read",
    "me_retrieve": "read",
    "me_destroy": "recognize",
}
# The permission without which staff are refused, in the admin as here.
PERMISSIONS = {
    "classes_create": "add_doodleclass",
    "model_versions_promote": "change_modelversion",
    "model_versions_try": "change_modelversion",
    "model_versions_end_trial": "change_modelversion",
    "training_runs_list": "view_trainingrun",
    "training_runs_start": "add_trainingrun",
    "training_runs_preview": "add_trainingrun",
    "training_runs_retrieve": "view_trainingrun",
    "training_runs_manifest": "view_trainingrun",
    "training_runs_cancel": "change_trainingrun",
    "export_drawings": "view_drawing",
}
SCHEMA = SchemaGenerator().get_schema(request=None, public=True)
OPERATIONS = {
    operation["operationId"]: (path, method)
    for path, methods in SCHEMA["paths"].items()
    for method, operation in methods.items()
}

Ask = Callable[[APIClient, str], int]


@pytest.fixture
def ask(db: None) -> Ask:
    """Ask for an operation on things that there are; returns the status."""
    drawing, version = make_drawing("cat", label="cat"), make_version()
    run = TrainingRun.objects.create(config={}, status=TrainingRun.Status.SUCCEEDED)
    known = {"drawing_id": drawing.pk, "number": version.number, "id": run.pk, "pk": run.pk}

    def ask(client: APIClient, operation: str) -> int:
        path, method = OPERATIONS[operation]
        address = re.sub(r"{(\w+)}", lambda found: str(known[found[1]]), path)
        response: Any = getattr(client, method)(address, {"reason": "test", "correct": False})
        return int(response.status_code)

    return ask


def program(user: User, *scopes: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.issue(user, scopes)}")
    return client


def test_it_is_known_of_every_operation_which_scope_it_needs() -> None:
    assert set(OPERATIONS) == set(NEEDS)


@pytest.mark.parametrize("scope", Token.Scope.values)
def test_a_token_may_do_what_its_scope_says_and_nothing_else(ask: Ask, admin_user: User, scope: str) -> None:
    client = program(admin_user, scope)
    Drawing.objects.update(contributor=Contributor.objects.of_user(admin_user))  # a token deletes only its user's own
    let_in = {operation for operation in OPERATIONS if ask(client, operation) != 403}

    assert let_in == {operation for operation, needed in NEEDS.items() if needed == scope}


@pytest.mark.parametrize("scopes", [[], Token.Scope.values])
def test_no_scope_is_asked_for_a_method_that_there_is_not(db: None, admin_user: User, scopes: list[str]) -> None:
    paths = [re.sub(r"{drawing_id}", str(uuid4()), path) for path, _ in OPERATIONS.values()]
    client = program(admin_user, *scopes)

    assert {client.generic("TRACE", re.sub(r"{\w+}", "1", path)).status_code for path in paths} == {405}


def test_a_token_without_scopes_may_do_nothing(ask: Ask, admin_user: User) -> None:
    client = program(admin_user)

    assert {ask(client, operation) for operation in OPERATIONS} == {403}


@pytest.mark.parametrize("operation", PERMISSIONS)
def test_staff_need_the_permission_that_the_admin_asks_for(ask: Ask, operation: str) -> None:
    clerk = make_user("clerk", staff=True)
    assert ask(program(clerk, *Token.Scope.values), operation) == 403

    clerk.user_permissions.set(Permission.objects.filter(codename=PERMISSIONS[operation]))
    assert ask(program(clerk, *Token.Scope.values), operation) != 403


@pytest.mark.parametrize("operation", PERMISSIONS)
def test_a_permission_is_worth_nothing_to_who_is_not_on_the_staff(ask: Ask, operation: str) -> None:
    visitor = make_user("visitor")
    visitor.user_permissions.set(Permission.objects.all())

    assert ask(program(visitor, *Token.Scope.values), operation) == 403


def test_staff_without_permissions_neither_delete_nor_label_the_drawings_of_others(ask: Ask) -> None:
    client = program(make_user("clerk", staff=True), *Token.Scope.values)

    assert [ask(client, operation) for operation in ("drawings_destroy", "drawings_feedback")] == [403, 403]
    assert Drawing.objects.get().feedback.count() == 0


def test_a_refused_promotion_changes_nothing(ask: Ask) -> None:
    before = list(ModelVersion.objects.values_list("number", "promoted_at"))
    ask(program(make_user("clerk", staff=True), "train"), "model_versions_promote")

    assert list(ModelVersion.objects.values_list("number", "promoted_at")) == before
    assert Contributor.objects.filter(user__username="clerk").count() == 0
