from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from recognition.labeling.feedback import give_feedback
from recognition.models import (
    AuditEntry,
    ClassTally,
    Contributor,
    DoodleClass,
    Drawing,
    Exhibit,
    Feedback,
    Game,
    Gold,
    ModelVersion,
    Prediction,
)
from tests.factories import make_class, make_drawing, make_prediction, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def cat() -> DoodleClass:
    return make_class("cat")


@pytest.fixture
def double(cat: DoodleClass) -> DoodleClass:
    """A class “Cat” of an earlier release, which has “cat” as well."""
    DoodleClass.objects.update(key=None)
    double = DoodleClass.objects.create(name="Cat", origin=DoodleClass.Origin.OWN)
    DoodleClass.objects.update(key=None)
    return double


def merge(*arguments: str) -> str:
    out = StringIO()
    call_command("merge_classes", *arguments, stdout=out)
    return out.getvalue()


def test_doubles_are_named_with_the_command_that_merges_them(double: DoodleClass) -> None:
    assert "“Cat” is the same word as “cat”. To merge them: manage.py merge_classes Cat cat" in merge()


def test_the_admins_list_names_doubles(admin_client: Client, double: DoodleClass) -> None:
    page = admin_client.get("/admin/recognition/doodleclass/").content.decode()
    assert "“Cat” is the same word as “cat”" in page


def test_an_upgraded_site_names_doubles_when_it_starts(double: DoodleClass, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("bootstrap", "--without-samples")
    assert "manage.py merge_classes Cat cat" in capsys.readouterr().err
    assert DoodleClass.objects.get(key="cat").name == "cat"


def test_everything_moves_to_the_class_that_stays(cat: DoodleClass, double: DoodleClass) -> None:
    drawing = make_drawing("cat", label="Cat", prompt=double)
    Gold.objects.create(drawing=drawing, label=double)
    game = Game.objects.create(contributor=drawing.contributor, words=["Cat", "dog"])
    give_feedback(drawing, drawing.contributor, correct=False, label=double)

    told = merge("Cat", "cat")

    assert "Merged “Cat” into “cat”: 1 drawing prompts, 1 drawing labels" in told
    drawing.refresh_from_db()
    game.refresh_from_db()
    assert (drawing.label, drawing.prompt, Feedback.objects.get().label) == (cat, cat, cat)
    assert (Gold.objects.get().label, Exhibit.objects.get().label, game.words) == (cat, cat, ["cat", "dog"])
    assert [one.name for one in DoodleClass.objects.all()] == ["cat"]
    assert DoodleClass.objects.get().key == "cat"
    assert AuditEntry.objects.filter(about="class cat", detail__startswith="Merged “Cat” into it").exists()


def test_two_people_who_said_the_same_in_two_forms_agree_then(
    cat: DoodleClass, double: DoodleClass, settings: object
) -> None:
    settings.LABEL_POLICY = "agreement"  # type: ignore[attr-defined]
    drawing = make_drawing("cat")
    for label in (cat, double):
        give_feedback(drawing, Contributor.objects.create(), correct=False, label=label)
    drawing.refresh_from_db()
    assert drawing.status == Drawing.Status.PROPOSED

    merge("Cat", "cat")

    drawing.refresh_from_db()
    assert (drawing.label, drawing.status) == (cat, Drawing.Status.ACCEPTED)


def test_what_a_version_said_under_the_old_name_counts_for_the_class_that_stays(
    cat: DoodleClass, double: DoodleClass
) -> None:
    version = make_version(labels=["banana", "Cat", "eye", "fish", "house", "star"])
    ModelVersion.objects.update(labels=["banana", "Cat", "eye", "fish", "house", "star"])
    drawing = make_drawing("cat", label="cat")
    prediction = make_prediction(drawing, ModelVersion.objects.get())
    Prediction.objects.update(
        label="Cat", top=[{"label": "Cat", "confidence": 0.9}, {"label": "eye", "confidence": 0.1}]
    )
    Exhibit.objects.update(guess="Cat", right=False)
    give_feedback(Drawing.objects.get(), drawing.contributor, correct=True, label=None)

    told = merge("Cat", "cat")

    assert "Restart the web processes" in told
    prediction.refresh_from_db()
    version.refresh_from_db()
    assert (prediction.label, [guess["label"] for guess in prediction.top]) == ("cat", ["cat", "eye"])
    assert version.labels[1] == "cat"
    assert Exhibit.objects.get().right
    assert [(row.label, row.right) for row in ClassTally.objects.all()] == [("cat", 1)]


def test_a_version_that_knows_both_is_named_and_stays_as_it_is(cat: DoodleClass, double: DoodleClass) -> None:
    labels = ["banana", "cat", "Cat", "fish", "house", "star"]
    version = make_version(labels=labels)

    assert "Version 1 knows both and says “Cat” too" in merge("Cat", "cat")
    version.refresh_from_db()
    assert version.labels == labels


def test_a_dry_run_changes_nothing(double: DoodleClass) -> None:
    make_drawing("cat", label="Cat")

    assert "Would merge “Cat” into “cat”: 1 drawing labels" in merge("Cat", "cat", "--dry-run")
    assert Drawing.objects.get().label == double
    assert DoodleClass.objects.count() == 2
    assert not AuditEntry.objects.exists()


def test_all_doubles_are_merged_at_once(double: DoodleClass) -> None:
    merge("--all")
    assert [one.name for one in DoodleClass.objects.all()] == ["cat"]
    assert merge("--all") == "No two classes are the same word.\n"


def test_a_merge_may_be_repeated(double: DoodleClass) -> None:
    merge("cat", "Cat")
    assert merge("cat", "Cat") == "There is no class “cat” any more; nothing is left to merge.\n"
    assert [(one.name, one.origin) for one in DoodleClass.objects.all()] == [("Cat", "quickdraw")]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["cat", "dog"], "not two classes of the same word"),
        (["cat", "cat"], "not two classes of the same word"),
        (["dgo", "cat"], "no class “dgo”. Did you mean “dog”"),
        (["cat", "cta"], "no class “cta”. Did you mean “cat”"),
        (["cat"], "the one that stays"),
    ],
)
def test_other_classes_are_not_merged(cat: DoodleClass, arguments: list[str], error: str) -> None:
    make_class("dog")
    with pytest.raises(CommandError, match=error):
        merge(*arguments)
    assert DoodleClass.objects.count() == 2
