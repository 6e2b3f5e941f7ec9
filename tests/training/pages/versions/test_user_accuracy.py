from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from recognition.models import BandTally, ClassTally, DayTally, Judgement, ModelVersion, PairTally
from recognition.stats.proportion import MIN_JUDGED
from tests.factories import make_judged, make_version
from training.pages.confusion.confused_pairs import judged_pair_counts
from training.pages.versions import user_accuracy

pytestmark = pytest.mark.django_db


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def charts(page: str) -> list[dict]:
    return [json.loads(html.unescape(found)) for found in re.findall(r'data-chart="([^"]*)"', page)]


def judged(version: ModelVersion, right: int, wrong: int, *, days_ago: int = 0) -> None:
    """Count answers on a day without drawing for each."""
    day = timezone.now().date() - timedelta(days=days_ago)
    DayTally.objects.create(version=version.number, day=day, judged=right + wrong, right=right)


@pytest.mark.parametrize("path", ["/models/", "/models/1/"])
def test_where_nobody_has_judged_an_answer_the_page_says_so(client: Client, version: ModelVersion, path: str) -> None:
    assert "Nobody has judged an answer yet." in text(client, path)


@pytest.mark.parametrize("path", ["/models/", "/models/1/"])
def test_a_few_answers_are_too_few_for_a_share(client: Client, version: ModelVersion, path: str) -> None:
    make_judged(version, "cat")
    make_judged(version, "dog")
    assert "Too few to tell yet: 1 of 2 judged answers were right." in text(client, path)


@pytest.mark.parametrize("path", ["/models/", "/models/1/"])
def test_enough_answers_have_a_share_and_its_interval(client: Client, version: ModelVersion, path: str) -> None:
    judged(version, 81, 182)
    page = text(client, path)
    assert "31\xa0%</strong> of 263 judged answers were right." in page
    assert "95&nbsp;% interval: 26\xa0% to 37\xa0%." in page


def test_the_list_shows_what_people_say_of_each_version(client: Client, version: ModelVersion) -> None:
    newer = make_version()
    judged(version, 60, 40)
    judged(newer, 9, 1)
    page = text(client, "/models/")
    assert "60 of 100, 50.2–69.1\xa0%" in page
    assert "9 of 10: too few" in page
    by_version = charts(page)[1]
    assert by_version["places"] == [version.number, newer.number]
    assert by_version["lines"][0]["values"] == [0.912, None]
    assert by_version["lines"][2]["values"] == [0.6, 0.9]


def test_answers_are_shown_by_the_day(version: ModelVersion) -> None:
    judged(version, 3, 1, days_ago=2)
    judged(version, 1, 0)
    judged(make_version(), 1, 2)
    timeline = user_accuracy.recent_timeline()
    assert timeline.step == "day"
    assert [(period.share.right, period.share.judged) for period in timeline.periods] == [(3, 4), (2, 4)]


def test_a_longer_time_is_shown_by_the_week(version: ModelVersion) -> None:
    for days_ago in range(70):
        judged(version, 1, 1, days_ago=days_ago)
    timeline = user_accuracy.recent_timeline()
    assert timeline.step == "week"
    assert all(period.start.weekday() == 0 for period in timeline.periods)
    assert timeline.total.judged == 140
    assert len(timeline.periods) in (10, 11)


def test_the_list_looks_back_a_year_and_a_version_at_all_of_its_time(version: ModelVersion) -> None:
    judged(version, 1, 0, days_ago=400)
    judged(version, 0, 1)
    assert user_accuracy.recent_timeline().total.judged == 1
    assert user_accuracy.user_accuracy(version.number).total.judged == 2


def test_days_on_which_everything_was_taken_back_are_left_out(version: ModelVersion) -> None:
    judged(version, 0, 0)
    assert user_accuracy.recent_timeline().periods == []


def test_a_version_shows_its_days_its_classes_and_what_people_put_right(client: Client, version: ModelVersion) -> None:
    for label in ("cat", "cat", "dog", None):
        make_judged(version, label)
    page = text(client, f"/models/{version.number}/")
    assert f'<time datetime="{timezone.now():%Y-%m-%d}">' in page
    assert "dog taken for cat</a> 1×" in page
    assert "none of the classes" in page
    found = user_accuracy.user_accuracy(version.number)
    assert [(one.label, one.share.right, one.share.judged) for one in found.classes] == [
        ("cat", 2, 2),
        ("", 0, 1),
        ("dog", 0, 1),
    ]


def test_what_people_put_right_has_examples_and_leads_to_the_gallery(client: Client, version: ModelVersion) -> None:
    drawing = make_judged(version, "dog")
    page = text(client, f"/models/{version.number}/")
    assert f'href="/gallery/?label=dog&amp;guess=cat&amp;version={version.number}"' in page
    assert f"/api/v1/drawings/{drawing.pk}/drawing.svg" in page
    shown = text(client, f"/gallery/?label=dog&guess=cat&version={version.number}")
    assert str(drawing.pk) in shown


def test_a_hidden_drawing_is_no_example(client: Client, version: ModelVersion) -> None:
    drawing = make_judged(version, "dog")
    client.post(f"/drawings/{drawing.pk}/report/", {"reason": "rude"})
    assert str(drawing.pk) not in text(client, f"/models/{version.number}/")


def test_a_class_with_an_odd_name_is_shown_as_it_is(client: Client, version: ModelVersion) -> None:
    make_judged(version, '<b>"rock & roll"</b>')
    page = text(client, f"/models/{version.number}/")
    assert "&lt;b&gt;&quot;rock &amp; roll&quot;&lt;/b&gt; taken for cat" in page
    assert "label=%3Cb%3E%22rock+%26+roll%22%3C%2Fb%3E&amp;guess=cat" in page


def test_a_click_on_what_people_judged_leads_to_the_gallery(client: Client, version: ModelVersion) -> None:
    make_judged(version, "cat")
    base = f"/models/{version.number}/confusion/"
    assert "max-age=60" in client.get(f"{base}people.png")["Cache-Control"]
    answer = client.get(f"{base}?on=people&is=fish&said=cat")
    assert answer["Location"] == f"/gallery/?label=fish&guess=cat&version={version.number}"


def test_confidence_is_compared_with_what_people_said(version: ModelVersion) -> None:
    BandTally.objects.create(version=1, band=3, judged=4, right=1, confidence=4 * 3_400)
    BandTally.objects.create(version=1, band=9, judged=50, right=48, confidence=50 * 9_700)
    low, high = user_accuracy.user_accuracy(1).bins
    assert (low.between, low.confidence_percent, low.share.text) == ("30–40\xa0%", "34.0\xa0%", "25.0\xa0%")
    assert (high.between, high.confidence_percent, high.share.text) == ("90–100\xa0%", "97.0\xa0%", "96.0\xa0%")


def test_the_reliability_by_people_waits_for_enough_of_them(client: Client, version: ModelVersion) -> None:
    BandTally.objects.create(version=1, band=9, judged=MIN_JUDGED, right=28, confidence=MIN_JUDGED * 9_700)
    judged(version, MIN_JUDGED - 2, 1)
    assert "needs at least 30 judged answers" in text(client, "/models/1/")
    judged(version, 0, 1, days_ago=1)
    assert "Its confidence, and what people said" in text(client, "/models/1/")


def test_a_page_takes_as_many_queries_however_much_was_judged(
    client: Client, version: ModelVersion, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version.parent = make_version(promoted=False)
    version.save(update_fields=["parent"])
    for days_ago, label in enumerate(["cat", "dog", "fish", "eye", None] * 3):
        make_judged(version, label, days_ago=days_ago)
    for path, most in (("/models/", 5), (f"/models/{version.number}/", 7), (f"/models/{version.number}/card/", 5)):
        with django_assert_max_num_queries(most) as queries:
            text(client, path)
        read = [query["sql"] for query in queries.captured_queries]
        assert not any("artifact" in sql or f'FROM "{Judgement._meta.db_table}"' in sql for sql in read)
        assert not any(table in sql for sql in read for table in ("recognition_feedback", "recognition_prediction"))


def test_pairs_that_were_taken_back_are_not_shown(client: Client, version: ModelVersion) -> None:
    PairTally.objects.create(version=1, label="dog", guess="cat", judged=0, right=0)
    ClassTally.objects.create(version=1, label="dog", judged=0, right=0)
    assert user_accuracy.user_accuracy(1).worst == []
    assert user_accuracy.user_accuracy(1).classes == []
    assert judged_pair_counts(1) == {}
