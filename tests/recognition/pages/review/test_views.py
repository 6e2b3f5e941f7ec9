from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from recognition.labeling import gold
from recognition.models import Drawing, Feedback, GoldAnswer
from tests.factories import make_class, make_drawing, make_gold, make_prediction, make_user, make_version, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawing() -> Drawing:
    make_class("house")
    drawing = propose("cat")
    make_prediction(drawing, make_version())
    return drawing


def judge(client: Client, drawing: Drawing, verdict: str, label: str = "") -> str:
    said = {"drawing": drawing.pk, "verdict": verdict, "label": label}
    return client.post("/review/judge/", said, follow=True).content.decode()


def test_a_doubtful_drawing_is_shown_with_what_was_said(admin_client: Client, drawing: Drawing) -> None:
    page = admin_client.get("/review/").content.decode()
    assert "Nobody has confirmed its label." in page
    assert "Is it “cat”?" in page
    assert "1 waiting, 0 done today" in page


def test_a_verdict_leads_to_the_next_drawing(admin_client: Client, drawing: Drawing) -> None:
    page = judge(admin_client, drawing, "label", "house")
    assert "Everything is reviewed" in page
    assert "0 waiting, 1 done today" in page
    assert Drawing.objects.accepted().get().label == make_class("house")


def test_none_of_the_classes_is_none_whatever_stands_in_the_field(admin_client: Client, drawing: Drawing) -> None:
    judge(admin_client, drawing, "none", "cat")
    assert Drawing.objects.get().status == Drawing.Status.REJECTED


def test_a_skipped_drawing_waits_for_somebody_else(admin_client: Client, drawing: Drawing) -> None:
    assert "1 skipped" in judge(admin_client, drawing, "skip")
    assert Drawing.objects.get().status == Drawing.Status.PROPOSED


def test_the_last_verdict_is_undone_and_asked_for_again(admin_client: Client, drawing: Drawing) -> None:
    judge(admin_client, drawing, "hide")
    page = admin_client.post("/review/undo/").content.decode()
    assert "Is it “cat”?" in page
    drawing.refresh_from_db()
    assert (drawing.moderation, drawing.status) == ("", Drawing.Status.PROPOSED)
    assert "Undo" not in page


@pytest.mark.parametrize(
    ("verdict", "label", "error"),
    [
        ("label", "", "Say which class it is."),
        ("label", "dodo", "There is no class “dodo”."),
        ("nonsense", "", "not one of the available choices"),
    ],
)
def test_a_verdict_that_makes_no_sense_changes_nothing(
    admin_client: Client, drawing: Drawing, verdict: str, label: str, error: str
) -> None:
    assert error in judge(admin_client, drawing, verdict, label)
    assert Drawing.objects.get().status == Drawing.Status.PROPOSED


def test_a_drawing_that_was_deleted_meanwhile_is_passed_over(admin_client: Client, drawing: Drawing) -> None:
    Drawing.objects.all().delete()
    assert "Everything is reviewed" in judge(admin_client, drawing, "none")


def test_what_somebody_said_is_asked_about_and_not_filled_in(admin_client: Client, drawing: Drawing) -> None:
    page = admin_client.get("/review/").content.decode()
    field = page[page.index('id="label"') :].split(">")[0]
    assert "value" not in field


def test_others_drawings_of_the_word_are_shown_as_examples(admin_client: Client, drawing: Drawing) -> None:
    cat, house = make_drawing("cat", label="cat"), make_drawing("house", label="house")
    hidden = make_drawing("cat", label="cat", moderation=Drawing.Moderation.HIDDEN)
    page = admin_client.get("/review/").content.decode()
    assert "Other drawings of “cat”" in page
    assert str(cat.pk) in page
    assert str(house.pk) not in page
    assert str(hidden.pk) not in page


def test_strangers_are_told_what_reviewing_is_and_where_to_sign_in(client: Client, drawing: Drawing) -> None:
    answer = client.get("/review/")
    assert answer.status_code == 200
    assert "Reviewers say what doubtful drawings show" in answer.content.decode()
    assert 'href="/admin/login/?next=/review/"' in answer.content.decode()
    assert str(drawing.pk) not in answer.content.decode()
    assert client.post("/review/judge/", {}).status_code == 302


def test_only_who_may_change_drawings_reviews(client: Client, drawing: Drawing) -> None:
    staff = make_user(staff=True)
    client.force_login(staff)
    answer = client.get("/review/")
    assert answer.status_code == 403
    assert "Your account is not allowed to review." in answer.content.decode()
    assert client.post("/review/judge/", {}).status_code == 403
    staff.user_permissions.add(Permission.objects.get(codename="change_drawing"))
    assert client.get("/review/").status_code == 200


def test_a_reviewer_who_has_lost_the_permission_meanwhile_settles_nothing(client: Client, drawing: Drawing) -> None:
    staff = make_user(staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="change_drawing"))
    client.force_login(staff)
    assert client.get("/review/").status_code == 200
    staff.user_permissions.clear()
    said = {"drawing": drawing.pk, "verdict": "label", "label": "house"}
    assert client.post("/review/judge/", said).status_code == 403
    assert client.post("/review/undo/").status_code == 403
    assert client.get("/review/people/").status_code == 403
    assert not Feedback.objects.exists()


@pytest.fixture
def gold_drawing(drawing: Drawing, monkeypatch: pytest.MonkeyPatch) -> Drawing:
    """A gold cat, which comes before the other drawing."""
    monkeypatch.setattr(gold, "DRAWINGS_PER_QUESTION", 1)
    return make_gold("cat")


def test_a_gold_drawing_looks_like_every_other(admin_client: Client, drawing: Drawing, gold_drawing: Drawing) -> None:
    page = admin_client.get("/review/").content.decode()
    assert str(gold_drawing.pk) in page
    assert "gold" not in page.lower()
    assert "2 waiting, 0 done today" in page
    page = judge(admin_client, gold_drawing, "label", "cat")
    assert "1 waiting, 1 done today" in page
    assert str(drawing.pk) in page


def test_an_answer_about_gold_is_undone_like_every_other(admin_client: Client, gold_drawing: Drawing) -> None:
    judge(admin_client, gold_drawing, "hide")
    assert GoldAnswer.objects.count() == 1
    page = admin_client.post("/review/undo/").content.decode()
    assert str(gold_drawing.pk) in page
    assert not GoldAnswer.objects.exists()


def test_gold_that_was_deleted_while_it_was_shown_is_passed_over(
    admin_client: Client, drawing: Drawing, gold_drawing: Drawing
) -> None:
    admin_client.get("/review/")
    Drawing.objects.filter(pk=gold_drawing.pk).delete()
    assert "1 waiting, 0 done today" in judge(admin_client, gold_drawing, "label", "cat")


def test_two_reviewers_who_look_at_the_same_drawing_are_both_heard(admin_client: Client, drawing: Drawing) -> None:
    other = Client()
    other.force_login(User.objects.create_superuser("olga"))
    for client in (admin_client, other):
        assert str(drawing.pk) in client.get("/review/").content.decode()
    judge(admin_client, drawing, "label", "house")
    judge(other, drawing, "label", "cat")
    assert Feedback.objects.filter(by_staff=True).count() == 2
    admin_client.post("/review/undo/")
    drawing.refresh_from_db()
    assert (str(drawing.label), drawing.status) == ("cat", "accepted")


def test_it_takes_few_queries(
    admin_client: Client, drawing: Drawing, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        propose("cat")
    admin_client.get("/review/")
    with django_assert_max_num_queries(16):
        admin_client.get("/review/")
