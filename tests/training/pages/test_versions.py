from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from recognition.models import ModelVersion
from tests.factories import make_judged, make_version
from tests.training.pages.conftest import measured
from training.models import TrainingRun

pytestmark = pytest.mark.django_db


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_a_version_the_list_says_so(client: Client) -> None:
    assert "There is no version yet." in text(client, "/models/")


def test_the_list_shows_how_good_each_version_is_and_which_one_serves(client: Client, version: ModelVersion) -> None:
    newer = make_version(promoted=False)
    listed = text(client, "/models/")
    assert "91.2\xa0%" in listed
    assert listed.count("in service</span>") == 1
    assert listed.index(f"Version {newer.number}") < listed.index(f"Version {version.number}")


def test_two_versions_can_be_chosen_to_be_compared_where_there_are_two(client: Client, version: ModelVersion) -> None:
    assert "as the </span>first" not in text(client, "/models/")
    make_version(promoted=False)
    assert "as the </span>first" in text(client, "/models/")


def test_the_list_tells_what_was_in_service_when_and_why(client: Client, version: ModelVersion) -> None:
    version.promote(by=None, reason="the newer one mistook cats")
    assert "the newer one mistook cats" in text(client, "/models/")


def test_a_long_list_comes_in_pages(client: Client) -> None:
    for _ in range(31):
        make_version(promoted=False)
    assert "Version 31</a>" in text(client, "/models/")
    assert "Version 1</a>" in text(client, "/models/?page=2")


def test_the_list_takes_as_many_queries_for_many_versions(
    client: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(8):
        make_version()
    with django_assert_max_num_queries(5) as queries:  # type: ignore[attr-defined]
        text(client, "/models/")
    assert not any('"artifact"' in query["sql"] for query in queries.captured_queries)


def test_a_version_shows_its_figures_and_what_it_confuses(client: Client, version: ModelVersion) -> None:
    shown = text(client, f"/models/{version.number}/")
    assert "1,234 Quick, Draw! test drawings" in shown
    assert "cat taken for fish</a> 20×" in shown
    assert "is=eye&amp;said=banana" in shown


def test_a_version_shows_how_it_learnt_and_what_the_gate_said(client: Client, version: ModelVersion) -> None:
    TrainingRun.objects.create(
        status="succeeded",
        version=version,
        config={"preset": "quick"},
        history=[{"epoch": 1, "loss": 0.8124}],
        verdict={"passed": False, "checks": [{"name": "size", "passed": False, "detail": "9 MB; 2 MB are allowed."}]},
        manifest={"classes": {}, "waiting": {"robot": 7}},
    )
    shown = text(client, f"/models/{version.number}/")
    assert "0.812" in shown
    assert "size: not passed." in shown
    assert "robot (7)" in shown


def test_a_version_shows_how_far_to_trust_its_confidence(client: Client, version: ModelVersion) -> None:
    shown = text(client, f"/models/{version.number}/")
    assert "Can its confidence be trusted?" in shown
    assert '<th scope="row">93–100\xa0%</th><td class="number">97.0\xa0%</td><td class="number">1,194</td>' in shown


def test_confusions_of_the_test_have_examples_from_the_gallery(client: Client, version: ModelVersion) -> None:
    drawing = make_judged(version, "fish")
    version.metrics["base"]["classes"]["fish"]["said"] = {"fish": 90, "cat": 10}
    version.save(update_fields=["metrics"])
    shown = text(client, f"/models/{version.number}/")
    assert "fish taken for cat</a> 10×" in shown
    assert shown.count(f"/api/v1/drawings/{drawing.pk}/drawing.svg") == 2  # there, and where people put it right


def test_a_version_shows_class_by_class_what_it_learnt_from(client: Client, version: ModelVersion) -> None:
    one = {
        "base": {"train": 800, "validation": 100, "test": 90, "near": 10},
        "collected": {"train": ["a", "b", "c"], "validation": [], "test": ["d"]},
        "collected_left_out": {},
    }
    TrainingRun.objects.create(status="succeeded", version=version, manifest={"classes": {"cat": one}})
    shown = text(client, f"/models/{version.number}/")
    assert "From 810 drawings of" in shown
    assert '<th scope="row">cat</th><td class="number">810</td><td class="number">3</td>' in shown


def test_the_manifest_itself_is_not_read_for_a_page(
    client: Client, version: ModelVersion, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    run = TrainingRun.objects.begin({}, by=None, reason="test")
    run.write(manifest={"classes": {}, "waiting": {"robot": 7}}, version=version)
    for path in (f"/models/{version.number}/", f"/models/compare/?a={version.number}&b={version.number}"):
        with django_assert_max_num_queries(8) as queries:  # type: ignore[attr-defined]
            text(client, path)
        assert not any('"manifest"' in query["sql"] for query in queries.captured_queries)


def test_a_version_leads_to_its_parent_and_to_both_side_by_side(client: Client, version: ModelVersion) -> None:
    child = make_version(promoted=False)
    child.parent = version
    child.save(update_fields=["parent"])
    assert f"/models/compare/?a={version.number}&amp;b={child.number}" in text(client, f"/models/{child.number}/")


def test_a_version_without_figures_or_run_opens_too(client: Client) -> None:
    assert "This version has no test results" in text(client, f"/models/{make_version().number}/")


def test_a_version_that_there_is_not_is_not_found(client: Client) -> None:
    assert client.get("/models/99/").status_code == 404


def test_two_versions_stand_side_by_side(client: Client, version: ModelVersion) -> None:
    other = make_version(promoted=False)
    other.metrics = {"base": measured(0.95, {"cat": {"cat": 90, "fish": 10}, "dog": {"dog": 10}})}
    other.save(update_fields=["metrics"])
    shown = text(client, f"/models/compare/?a={version.number}&b={other.number}")
    assert "91.2\xa0%" in shown
    assert "95.0\xa0%" in shown
    assert shown.index('<th scope="row">dog') < shown.index('<th scope="row">cat')  # from unknown to 100 %
    assert "+10.0" in shown


@pytest.mark.parametrize("query", ["", "?a=1", "?a=1&b=x", "?a=1&b=99", f"?a=1&b={10**30}", "?a=1&b=²"])
def test_a_comparison_of_what_there_is_not_is_not_found(client: Client, version: ModelVersion, query: str) -> None:
    assert client.get(f"/models/compare/{query}").status_code == 404


def test_the_network_can_be_taken_home(client: Client, version: ModelVersion) -> None:
    answer = client.get(f"/models/{version.number}/artifact/")
    assert answer.content == bytes(version.artifact)
    assert answer["Content-Disposition"] == f'attachment; filename="doodlesite-{version.number}.tflite"'


def test_its_labels_say_what_its_outputs_mean(client: Client, version: ModelVersion) -> None:
    facts = client.get(f"/models/{version.number}/labels/").json()
    assert facts["labels"] == ["banana", "cat", "eye", "fish", "house", "star"]
    assert facts["sha256"] == version.sha256
