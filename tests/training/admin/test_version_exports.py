from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recognition.models import ModelVersion
from tests.factories import make_user, make_version
from training.models import VersionExport

pytestmark = pytest.mark.django_db

LIST = "/admin/training/versionexport/"
ASK = f"{LIST}ask/"


@pytest.fixture
def version() -> ModelVersion:
    return make_version()


def make_export(version: ModelVersion, **fields: object) -> VersionExport:
    return VersionExport.objects.create(version=version, format="keras", **fields)


def live(client: Client, export: VersionExport) -> str:
    return client.get(f"{LIST}{export.pk}/live/").content.decode()


def test_the_button_of_a_version_asks_for_a_format(admin_client: Client, version: ModelVersion) -> None:
    address = f"/admin/recognition/modelversion/{version.pk}/"
    assert f"{address}export/" in admin_client.get(f"{address}change/").content.decode()
    page = admin_client.get(f"{address}export/", follow=True)
    assert page.redirect_chain == [(f"{ASK}?version={version.number}", 302)]
    assert '<option value="1" selected>version 1</option>' in page.content.decode()
    assert not VersionExport.objects.exists()


def test_asking_queues_an_export_and_goes_to_its_page(
    admin_client: Client, admin_user: User, version: ModelVersion
) -> None:
    answer = admin_client.post(ASK, {"version": 1, "format": "onnx"}, follow=True)
    export = VersionExport.objects.get()
    assert answer.redirect_chain[-1][0] == f"{LIST}{export.pk}/change/"
    assert (export.status, export.version, export.requested_by) == ("queued", version, admin_user)
    assert "data-open" in answer.content.decode()


def test_asking_twice_leads_to_the_same_export(admin_client: Client, version: ModelVersion) -> None:
    export = make_export(version, status="succeeded", file=b"network")
    answer = admin_client.post(ASK, {"version": 1, "format": "keras"})
    assert answer["Location"] == f"{LIST}{export.pk}/change/"
    assert VersionExport.objects.get().status == "succeeded"


@pytest.mark.parametrize("asked", [{}, {"version": 7}, {"version": "x"}, {"version": 1, "format": "pickle"}])
def test_what_cannot_be_exported_is_refused(
    admin_client: Client, version: ModelVersion, asked: dict[str, object]
) -> None:
    answer = admin_client.post(ASK, {"format": "keras", **asked})
    assert answer.context["form"].errors
    assert not VersionExport.objects.exists()


def test_the_file_can_be_downloaded_once_it_is_made(viewer_client: Client, version: ModelVersion) -> None:
    export = make_export(version)
    assert "Download" not in live(viewer_client, export)
    assert viewer_client.get(f"{LIST}{export.pk}/file/").status_code == 404
    VersionExport.objects.update(status="succeeded", file=b"network")
    assert f'href="{LIST}{export.pk}/file/"' in live(viewer_client, export)
    answer = viewer_client.get(f"{LIST}{export.pk}/file/")
    assert (answer.content, answer["Content-Disposition"]) == (b"network", 'attachment; filename="doodlesite-1.keras"')


def test_a_failed_export_says_why_and_can_be_tried_again(admin_client: Client, version: ModelVersion) -> None:
    export = make_export(version, status="failed", error="The weights of version 1 are not stored.")
    panel = live(admin_client, export)
    assert "The weights of version 1 are not stored." in panel
    assert "Try again" in panel
    admin_client.post(ASK, {"version": 1, "format": "keras"})
    assert VersionExport.objects.get().status == "queued"


def test_a_viewer_sees_exports_and_starts_none(viewer_client: Client, version: ModelVersion) -> None:
    export = make_export(version, status="failed", error="Its worker died.")
    assert "Version 1 as Keras" in viewer_client.get(LIST).content.decode()
    assert "Try again" not in live(viewer_client, export)
    assert viewer_client.post(ASK, {"version": 1, "format": "onnx"}).status_code == 403
    assert viewer_client.get(f"/admin/recognition/modelversion/{version.pk}/export/").status_code == 403
    assert VersionExport.objects.count() == 1


def test_files_are_not_sent_to_staff_who_may_see_no_exports(client: Client, version: ModelVersion) -> None:
    export = make_export(version, status="succeeded", file=b"network")
    client.force_login(make_user(staff=True))
    assert client.get(f"{LIST}{export.pk}/file/").status_code == 403


def test_a_list_of_exports_loads_none_of_their_files(admin_client: Client, version: ModelVersion) -> None:
    make_export(version, status="succeeded", file=b"network")
    with CaptureQueriesContext(connection) as queries:
        admin_client.get(LIST)
    assert not [query for query in queries if '."file"' in query["sql"]]
