from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from recognition.inference.results import InvalidArtifact
from recognition.models import AuditEntry, Contributor, Drawing, ModelVersion, Token
from recognition.models.audit_entry import AuditEntryImmutable
from tests.factories import make_class, make_drawing, make_prediction, make_user, make_version, propose, strokes_of

pytestmark = pytest.mark.django_db

Action = AuditEntry.Action


def entries(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action).order_by("pk"))


def the_only(action: str) -> AuditEntry:
    [entry] = entries(action)
    return entry


@pytest.fixture
def boss(admin_client: Client) -> Client:
    AuditEntry.objects.all().expire()
    return admin_client


@pytest.fixture
def robot() -> APIClient:
    """A program of an administrator's."""
    user = User.objects.create_superuser("robo", password="secret")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.issue(user, Token.Scope.values, 'nightly')}")
    AuditEntry.objects.all().expire()
    return client


def test_putting_a_version_in_service_in_the_admin_is_recorded(boss: Client) -> None:
    version = make_version(promoted=False)
    boss.post(f"/admin/recognition/modelversion/{version.pk}/promote/", {"reason": "better at cats"}, follow=True)
    entry = the_only(Action.PROMOTED)
    assert (entry.actor, entry.via, entry.about, entry.detail) == ("admin", "admin", "version 1", "better at cats")


def test_putting_a_version_in_service_by_a_token_is_recorded_with_the_token(robot: APIClient) -> None:
    version = make_version(promoted=False)
    robot.post(f"/api/v1/model-versions/{version.number}/promote/", {"reason": "nightly"})
    entry = the_only(Action.PROMOTED)
    assert (entry.actor, entry.via) == ("robo", f"token {Token.objects.get().pk}: nightly")


def test_a_promotion_that_fails_is_not_recorded() -> None:
    version = make_version(promoted=False)
    ModelVersion.objects.update(sha256="0" * 64)
    with pytest.raises(InvalidArtifact):
        ModelVersion.objects.get(pk=version.pk).promote(by=None, reason="no good")
    assert entries(Action.PROMOTED) == []


def test_what_a_command_does_is_recorded_with_the_account_that_runs_it(tmp_path: Path) -> None:
    make_drawing("cat", label="cat")
    call_command("export_drawings", tmp_path, "--format", "npy", "--classes", "cat")
    entry = the_only(Action.EXPORTED)
    assert (entry.actor, entry.via) == (getpass.getuser(), "command line")
    assert (entry.about, entry.detail) == ("drawings of cat", "npy")


def test_an_import_is_recorded_with_what_came_of_it(tmp_path: Path, admin_user: User) -> None:
    make_version()
    file = tmp_path / "cat.ndjson"
    file.write_text('{"word": "cat", "drawing": [[[0, 9], [0, 9]]]}\n')
    call_command("import_drawings", file)
    entry = the_only(Action.IMPORTED)
    assert (entry.actor, entry.about) == ("admin", "cat.ndjson")
    assert entry.detail.startswith("1 stored, 0 known, 0 refused")


def test_a_program_that_exports_is_recorded(robot: APIClient) -> None:
    assert robot.get("/api/v1/export/drawings.ndjson").status_code == 200
    assert the_only(Action.EXPORTED).actor == "robo"


@pytest.mark.parametrize("way", ["the admin", "the API"])
def test_labels_that_staff_change_are_recorded(boss: Client, robot: APIClient, way: str) -> None:
    drawing = propose("cat")
    make_prediction(drawing, make_version())
    make_class("house")
    AuditEntry.objects.all().expire()
    if way == "the admin":
        boss.post(f"/admin/recognition/drawing/{drawing.pk}/review/", {"label": "house"})
    else:
        robot.put(f"/api/v1/drawings/{drawing.pk}/feedback/", {"correct": False, "label": "house"})
    entry = the_only(Action.LABELLED)
    assert entry.actor == ("admin" if way == "the admin" else "robo")
    assert entry.detail == "cat → house, accepted"
    assert entry.drawing == drawing


def test_what_people_say_of_their_own_drawings_is_not_recorded(client: Client) -> None:
    client.get("/")
    drawn = client.post("/api/v1/drawings/", {"strokes": strokes_of("cat")}, "application/json").json()
    client.put(f"/api/v1/drawings/{drawn['id']}/feedback/", {"correct": False}, "application/json")
    assert entries(Action.LABELLED) == []


def test_moderating_many_at_once_is_recorded_for_each(boss: Client) -> None:
    drawings = [make_drawing("cat", label="cat") for _ in range(2)]
    chosen = {"action": "hide", "_selected_action": [str(drawing.pk) for drawing in drawings]}
    boss.post("/admin/recognition/drawing/", chosen)
    assert {entry.drawing for entry in entries(Action.MODERATED)} == set(drawings)
    assert {entry.actor for entry in entries(Action.MODERATED)} == {"admin"}


def test_a_visitor_who_deletes_everything_is_recorded_without_a_trace_of_who_it_was(client: Client) -> None:
    client.get("/")
    client.post("/api/v1/drawings/", {"strokes": strokes_of("cat")}, "application/json")
    contributor, drawing = Contributor.objects.get(), Drawing.objects.get()
    client.post("/mine/forget/")
    entry = the_only(Action.FORGOT)
    assert (entry.actor, entry.via, entry.detail) == ("", "visitor", "with 1 drawing")
    assert not [one for one in (contributor.pk, drawing.pk) if str(one)[:8] in str(AuditEntry.objects.values())]


def test_somebody_who_had_nothing_here_leaves_no_entry(client: Client) -> None:
    client.get("/")
    client.post("/mine/forget/")
    assert not AuditEntry.objects.exists()


def test_an_entry_about_a_drawing_points_nowhere_once_it_is_deleted(boss: Client) -> None:
    drawing = make_drawing("cat", label="cat")
    boss.post("/admin/recognition/drawing/", {"action": "hide", "_selected_action": [str(drawing.pk)]})
    boss.post(f"/admin/recognition/drawing/{drawing.pk}/delete/", {"post": "yes"})
    assert the_only(Action.DELETED).about == "1 drawing"
    assert the_only(Action.MODERATED).drawing_id is None
    assert str(drawing.pk)[:8] not in str(AuditEntry.objects.values())


def test_tokens_are_recorded_when_they_are_made_and_revoked_never_their_secrets(boss: Client) -> None:
    user = make_user("sam")
    secret = Token.objects.issue(user, ["read"], "kiosk")
    token = Token.objects.get()
    boss.post("/admin/recognition/token/", {"action": "revoke", "_selected_action": [token.pk]})
    issued, revoked = the_only(Action.ISSUED), the_only(Action.REVOKED)
    assert issued.about == revoked.about == f"token {token.pk} “kiosk” of sam"
    assert (issued.detail, revoked.actor) == ("read", "admin")
    assert not [one for one in (secret, token.digest) if one in str(AuditEntry.objects.values())]


def test_new_rights_of_a_user_are_recorded(boss: Client) -> None:
    user, group = make_user("sam"), Group.objects.create(name="reviewers")
    joined = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    given = Permission.objects.get(codename="change_drawing")
    rights = {"is_active": "on", "is_staff": "on", "groups": [group.pk], "user_permissions": [given.pk]}
    boss.post(f"/admin/auth/user/{user.pk}/change/", {"username": "sam", **joined, **rights})
    entry = the_only(Action.PERMITTED)
    assert (entry.actor, entry.about) == ("admin", "user sam")
    assert entry.detail.endswith("Now: active, staff, group reviewers, recognition.change_drawing")


def test_new_rights_of_a_group_are_recorded(boss: Client) -> None:
    group = Group.objects.create(name="reviewers")
    given = Permission.objects.get(codename="view_drawing")
    boss.post(f"/admin/auth/group/{group.pk}/change/", {"name": "reviewers", "permissions": [given.pk]})
    assert the_only(Action.PERMITTED).detail.endswith("Now: recognition.view_drawing")


def test_a_new_class_is_recorded(boss: Client, robot: APIClient) -> None:
    boss.post("/admin/recognition/doodleclass/add/", {"name": "kite", "active": "on", "origin": "own"})
    robot.post("/api/v1/classes/", {"name": "yurt"})
    assert [(one.actor, one.about) for one in entries(Action.CHANGED)] == [
        ("admin", "class kite"),
        ("robo", "class yurt"),
    ]


def test_an_entry_outlives_the_account(boss: Client) -> None:
    editor = make_user("eve", staff=True)
    editor.user_permissions.set(Permission.objects.filter(codename="change_drawing"))
    client = Client()
    client.force_login(editor)
    client.post(f"/admin/recognition/drawing/{propose('cat').pk}/review/", {"reject": ""})
    boss.post(f"/admin/auth/user/{editor.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(username="eve").exists()
    assert the_only(Action.LABELLED).actor == "eve"
    assert "user eve" in [entry.about for entry in entries(Action.DELETED)]


def test_nobody_changes_or_deletes_an_entry(boss: Client) -> None:
    Token.objects.issue(make_user("sam"), ["read"])
    entry = AuditEntry.objects.get()
    for attempt in (entry.save, entry.delete, AuditEntry.objects.all().delete, lambda: AuditEntry.objects.update()):
        with pytest.raises(AuditEntryImmutable):
            attempt()
    page = f"/admin/recognition/auditentry/{entry.pk}"
    assert boss.get(f"{page}/change/").status_code == 200
    assert boss.post(f"{page}/change/", {"actor": "nobody"}).status_code == 403
    assert boss.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
    assert boss.get("/admin/recognition/auditentry/add/").status_code == 403


def test_those_who_may_not_look_at_the_log_do_not_see_it() -> None:
    client = Client()
    client.force_login(make_user("vera", staff=True))
    assert client.get("/admin/recognition/auditentry/").status_code == 403


def test_the_log_opens_with_few_queries_and_shows_who_did_what(
    boss: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(60):
        Token.objects.issue(make_user(f"user {number}"), ["read"])
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        page = boss.get("/admin/recognition/auditentry/").content.decode()
    assert getpass.getuser() in page
    assert "of user 59" in page


def test_what_is_long_is_cut_not_refused() -> None:
    make_version(promoted=False).promote(by=None, reason="x" * 500)
    assert len(the_only(Action.PROMOTED).detail) == 500


def test_entries_go_when_their_time_is_over() -> None:
    Token.objects.issue(make_user("sam"), ["read"])
    assert AuditEntry.objects.before(timezone.now() - timedelta(days=1)).expire() == 0
    assert AuditEntry.objects.before(timezone.now() + timedelta(days=1)).expire() == 1
