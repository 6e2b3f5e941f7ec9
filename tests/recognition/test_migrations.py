from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.migrating import migrate, migrate_to_the_newest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def back_to_the_newest() -> Iterator[None]:
    yield
    migrate_to_the_newest()


def test_what_was_accepted_before_there_was_a_gallery_hangs_in_it() -> None:
    old = migrate("recognition", "0004_gallery")
    person = old.get_model("recognition", "Contributor").objects.create()
    cat, dog = (old.get_model("recognition", "DoodleClass").objects.create(name=name) for name in ("cat", "dog"))
    version = old.get_model("recognition", "ModelVersion").objects.create(
        number=1, labels=["cat", "dog"], artifact=b"", sha256="", temperature=1, threshold=0, metrics={}
    )
    drawings = old.get_model("recognition", "Drawing").objects
    facts = {"contributor": person, "bitmap": bytes(784), "split": "train"}
    right = drawings.create(**facts, label=cat, status="accepted", source="page")
    wrong = drawings.create(**facts, label=dog, status="accepted", source="game")
    unseen = drawings.create(**facts, label=cat, status="accepted", source="api")
    drawings.create(**facts, label=cat, status="proposed", source="page")
    for drawing in (right, wrong):
        old.get_model("recognition", "Prediction").objects.create(
            drawing=drawing, model_version=version, label="cat", confidence=0.9, recognized=True, top=[], milliseconds=1
        )
    new = migrate("recognition", "0005_fill_gallery")
    exhibits = new.get_model("recognition", "Exhibit").objects.values_list(
        "drawing_id", "label__name", "guess", "band", "right", "version", "source"
    )
    assert set(exhibits) == {
        (right.pk, "cat", "cat", 4, True, 1, "page"),
        (wrong.pk, "dog", "cat", 4, False, 1, "game"),
        (unseen.pk, "cat", "", None, None, None, "api"),
    }


def test_what_people_said_before_there_were_tallies_is_counted() -> None:
    old = migrate("recognition", "0009_tallies")
    one, other = (old.get_model("recognition", "Contributor").objects.create() for _ in range(2))
    cat, dog = (old.get_model("recognition", "DoodleClass").objects.create(name=name) for name in ("cat", "dog"))
    versions = [
        old.get_model("recognition", "ModelVersion").objects.create(
            number=number, labels=["cat"], artifact=b"", sha256="", temperature=1, threshold=0, metrics={}
        )
        for number in (1, 2)
    ]

    def say(by: Any, label: Any, *, source: str = "page", answered: bool = True) -> None:
        drawing = old.get_model("recognition", "Drawing").objects.create(
            contributor=one, bitmap=bytes(784), split="train", source=source
        )
        for version in versions if answered else ():
            old.get_model("recognition", "Prediction").objects.create(
                drawing=drawing, model_version=version, label="cat", confidence=0.95, recognized=True, top=[],
                milliseconds=1,
            )  # fmt: skip
        old.get_model("recognition", "Feedback").objects.create(
            drawing=drawing, contributor=by, correct=label == cat, label=label
        )

    say(one, cat)
    say(one, dog)
    say(one, None)
    say(other, dog)
    say(one, cat, source="import")
    say(one, cat, answered=False)
    new = migrate("recognition", "0010_fill_tallies")

    def rows(name: str, *fields: str) -> set[tuple[Any, ...]]:
        return set(new.get_model("recognition", name).objects.values_list("version", *fields, "judged", "right"))

    assert rows("PairTally", "label", "guess") == {
        (1, "cat", "cat", 1, 1),
        (1, "dog", "cat", 1, 0),
        (1, "", "cat", 1, 0),
    }
    assert rows("BandTally", "band", "confidence") == {(1, 9, 3 * 9500, 3, 1)}
    assert rows("ClassTally", "label") == {(1, "cat", 1, 1), (1, "dog", 1, 0), (1, "", 1, 0)}
    assert rows("DayTally") == {(1, 3, 1)}
    assert new.get_model("recognition", "Judgement").objects.count() == 3
    assert migrate("recognition", "0009_tallies").get_model("recognition", "DayTally").objects.count() == 0


def test_words_of_before_get_keys_and_of_doubles_the_older_one() -> None:
    old = migrate("recognition", "0028_stored_at")
    for name in ("cat", "Cat", "pi\u00f1ata", "pin\u0303ata", "dog"):
        old.get_model("recognition", "DoodleClass").objects.create(name=name)
    old.get_model("recognition", "WordProposal").objects.create(name="stra\u00dfe")

    new = migrate("recognition", "0030_fill_word_keys")

    keys = dict(new.get_model("recognition", "DoodleClass").objects.values_list("name", "key"))
    assert keys == {"cat": "cat", "Cat": None, "pi\u00f1ata": "pi\u00f1ata", "pin\u0303ata": None, "dog": "dog"}
    assert new.get_model("recognition", "WordProposal").objects.get().key == "strasse"


def test_what_was_said_before_gives_the_gallery_its_confidence() -> None:
    old = migrate("recognition", "0024_pens")
    person = old.get_model("recognition", "Contributor").objects.create()
    drawing = old.get_model("recognition", "Drawing").objects.create(
        contributor=person, bitmap=bytes(784), split="train", status="accepted"
    )
    said = {"drawing": drawing, "label": "cat", "recognized": True, "top": [], "milliseconds": 1}
    for number, confidence in ((1, 0.75), (2, 0.25)):
        version = old.get_model("recognition", "ModelVersion").objects.create(
            number=number, labels=["cat"], artifact=b"", sha256="", temperature=1, threshold=0, metrics={}
        )
        old.get_model("recognition", "Prediction").objects.create(model_version=version, confidence=confidence, **said)
    old.get_model("recognition", "Exhibit").objects.create(
        drawing=drawing, drawn_at=drawing.created_at, contributor=person, source="page", version=1
    )
    exhibits = migrate("recognition", "0025_exhibit_confidence").get_model("recognition", "Exhibit").objects
    assert exhibits.get().confidence == 0.75


def test_what_staff_approved_before_is_marked_in_the_gallery() -> None:
    old = migrate("recognition", "0022_import_retry")
    person = old.get_model("recognition", "Contributor").objects.create()
    for moderation in ("", "approved"):
        drawing = old.get_model("recognition", "Drawing").objects.create(
            contributor=person, bitmap=bytes(784), split="train", status="accepted", moderation=moderation
        )
        old.get_model("recognition", "Exhibit").objects.create(
            drawing=drawing, drawn_at=drawing.created_at, contributor=person, source="page"
        )
    exhibits = migrate("recognition", "0023_private_and_approved").get_model("recognition", "Exhibit").objects
    assert set(exhibits.values_list("drawing__moderation", "approved")) == {("", False), ("approved", True)}
