from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft4Validator
from rest_framework.test import APIClient

from recognition.api.views import schema as schema_view
from recognition.models import Contributor
from tests.factories import make_class, make_drawing, make_prediction, make_version, strokes_of

CAT = {"strokes": strokes_of("cat")}


@pytest.fixture
def schema(api: APIClient) -> dict[str, Any]:
    response = api.get("/api/schema/", {"format": "json"})
    schema: dict[str, Any] = json.loads(response.content)
    return schema


@pytest.fixture
def conforms(schema: dict[str, Any]) -> Any:
    """Check an answer against what the schema promises for its address, method and status."""

    def check(path: str, method: str, response: Any) -> None:
        promised = schema["paths"][f"/api/v1/{path}"][method]["responses"][str(response.status_code)]
        answer = promised["content"]["application/json"]["schema"]
        body = json.loads(response.getvalue())
        Draft4Validator(_with_nulls(answer | {"components": schema["components"]})).validate(body)

    return check


def _with_nulls(schema: Any) -> Any:
    """Turn OpenAPI's `nullable` into JSON Schema."""
    if isinstance(schema, list):
        return [_with_nulls(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _with_nulls(value) for key, value in schema.items()}
    return {"anyOf": [plain, {"type": "null"}]} if plain.pop("nullable", False) is True else plain


def test_the_schema_is_valid_and_raises_no_warning(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True)

    assert capsys.readouterr().err == ""


def test_the_schema_is_served(schema: dict[str, Any]) -> None:
    validate_schema(schema)
    assert "/api/v1/drawings/{drawing_id}/feedback/" in schema["paths"]


def test_the_documentation_page_needs_only_files_of_this_site(api: APIClient) -> None:
    page = api.get("/api/docs/").content.decode()

    assert "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in page
    assert "http://" not in page
    assert "https://" not in page


def test_what_a_drawing_is_answered_with_is_described(schema: dict[str, Any]) -> None:
    operation = schema["paths"]["/api/v1/drawings/"]["post"]

    assert set(operation["requestBody"]["content"]) == {"application/json", "multipart/form-data"}
    assert {"200", "201", "400", "413", "415", "422", "429", "503"} <= set(operation["responses"])
    assert [parameter["name"] for parameter in operation["parameters"]] == ["Idempotency-Key"]


def test_every_address_is_in_the_written_documentation(schema: dict[str, Any]) -> None:
    documentation = (settings.BASE_DIR / "docs" / "api.md").read_text()

    assert [path for path in schema["paths"] if f"{path}`" not in documentation] == []


def test_whoever_has_no_account_is_told_that_none_is_needed(schema: dict[str, Any]) -> None:
    assert {} in schema["paths"]["/api/v1/drawings/"]["post"]["security"]
    assert {} not in schema["paths"]["/api/v1/classes/"]["post"]["security"]


def test_a_token_may_come_in_either_scheme(schema: dict[str, Any]) -> None:
    schemes = schema["components"]["securitySchemes"]

    assert schemes["bearerAuth"] == {"type": "http", "scheme": "bearer"}
    assert {"tokenAuth", "bearerAuth"} <= {
        name for way in schema["paths"]["/api/v1/me/"]["get"]["security"] for name in way
    }


def test_the_formats_of_strokes_are_described(schema: dict[str, Any]) -> None:
    described = schema["components"]["schemas"]

    assert described["FormatEnum"]["enum"] == ["quickdraw", "points", "stroke-3"]
    assert len(described["DrawingRequest"]["properties"]["strokes"]["anyOf"]) == 3


def test_drawings_and_guesses_are_as_described(api: APIClient, version: Any, conforms: Any) -> None:
    conforms("drawings/", "post", api.post("/api/v1/drawings/", CAT))
    conforms("drawings/", "post", api.post("/api/v1/drawings/", {}))
    conforms("guesses/", "post", api.post("/api/v1/guesses/", {"drawings": [CAT]}))
    conforms("explanations/", "post", api.post("/api/v1/explanations/", CAT))


def test_what_is_stored_is_shown_as_described(browser: APIClient, contributor: Contributor, conforms: Any) -> None:
    contributor.save()
    drawing = make_drawing(contributor=contributor, label="cat", prompt=make_class("cat"))
    bare = make_drawing(contributor=contributor, label="cat", strokes=None)
    make_prediction(drawing, make_version())
    address = f"/api/v1/drawings/{drawing.pk}/"

    conforms("drawings/", "get", browser.get("/api/v1/drawings/"))
    conforms("drawings/{drawing_id}/", "get", browser.get(address))
    conforms("drawings/{drawing_id}/", "get", browser.get(f"/api/v1/drawings/{bare.pk}/"))
    conforms("drawings/{drawing_id}/feedback/", "put", browser.put(f"{address}feedback/", {"correct": True}))
    conforms("me/", "get", browser.get("/api/v1/me/"))
    conforms("me/", "get", APIClient().get("/api/v1/me/"))


def test_classes_and_versions_are_as_described(staff: APIClient, version: Any, conforms: Any) -> None:
    make_version()
    conforms("classes/", "get", staff.get("/api/v1/classes/"))
    conforms("classes/", "post", staff.post("/api/v1/classes/", {"name": "robot"}))
    conforms("model-versions/", "get", staff.get("/api/v1/model-versions/"))
    conforms("model-versions/{number}/", "get", staff.get("/api/v1/model-versions/1/"))
    conforms("model-versions/current/", "get", staff.get("/api/v1/model-versions/current/"))
    promoted = staff.post("/api/v1/model-versions/1/promote/", {"reason": "again"})
    conforms("model-versions/{number}/promote/", "post", promoted)


@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_the_schema_is_sent_once_as_it_does_not_change(kind: str) -> None:
    first = APIClient().get("/api/schema/", {"format": kind})
    again = APIClient().get("/api/schema/", {"format": kind}, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert "accept" in first.headers["Vary"].lower()


def test_the_schema_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = APIClient().get("/api/schema/", {"format": "json"})
    monkeypatch.delattr(SchemaGenerator, "get_schema")

    assert APIClient().get("/api/schema/?lang=de", {"format": "json"}).content == first.content


def test_the_schema_may_be_asked_for_first_by_several_at_once() -> None:
    schema_view._rendered.cache_clear()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: APIClient().get("/api/schema/"), range(4)))

    assert [answer.status_code for answer in answers] == [200] * 4
