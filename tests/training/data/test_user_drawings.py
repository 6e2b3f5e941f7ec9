from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from pytest_django import Settings

from recognition.imaging.splits import Split, split_positions
from recognition.labeling.feedback import give_feedback
from recognition.labeling.reviewer_quality import untrusted_reviewers
from recognition.models import Contributor
from tests.factories import fail_on_gold, make_user
from tests.training.accepted import accept
from tests.training.doodles import doodles
from training.data.quickdraw_data import QuickDrawClass
from training.data.user_drawings import read_user_class

pytestmark = pytest.mark.django_db

NOTHING = np.empty(0)
NO_ROWS = np.empty(0, np.int32)
NO_PIXELS = np.empty((0, 784), np.uint8)
NO_BASE = QuickDrawClass(NO_PIXELS, dict.fromkeys(Split, NO_ROWS), NO_PIXELS, NO_ROWS, "", Counter())


def noise(count: int, seed: int = 0) -> np.ndarray:
    """Drawings none of which is a near copy of another."""
    random = np.random.default_rng(seed)
    return np.where(random.random((count, 784)) < 0.2, 255, 0).astype(np.uint8)


def test_accepted_drawings_are_found_with_their_sides() -> None:
    drawings = accept(noise(20))
    found = read_user_class("cross", NO_BASE, NOTHING)
    assert [drawing.pk for drawing in found.drawings] == [drawing.pk for drawing in drawings]
    assert sum(len(found.rows(split)) for split in Split) == 20
    assert found.pixels[found.rows(Split.TRAIN)[0]].tobytes() in {bytes(drawing.bitmap) for drawing in drawings}


def test_drawings_that_are_not_accepted_or_of_another_class_are_not_seen() -> None:
    accept(noise(3), status="proposed")
    assert not read_user_class("cross", NO_BASE, NOTHING).drawings
    accept(noise(3, seed=1))
    assert not read_user_class("ring", NO_BASE, NOTHING).drawings


def test_a_copy_of_a_base_drawing_is_left_out() -> None:
    pixels = noise(3)
    drawings = accept(pixels)
    found = read_user_class("cross", NO_BASE, split_positions(pixels[1:2].reshape(-1, 28, 28)))
    assert found.left_out == {drawings[1].pk: "copy of a base drawing"}


def test_a_near_copy_of_an_older_drawing_is_left_out() -> None:
    pixels = doodles("zigzag", 1)
    traced_again = (pixels * 0.9).astype(np.uint8)
    drawings = accept(np.concatenate([pixels, traced_again]))
    found = read_user_class("cross", NO_BASE, NOTHING)
    assert found.left_out == {drawings[1].pk: "near copy of an older drawing"}


def test_what_a_reviewer_said_is_beyond_doubt_only_as_long_as_he_is_trusted() -> None:
    """A reviewer who is honest until they are trusted, and lies from then on, fails on gold drawings in the end."""
    drawings = accept(noise(2))
    sleeper, other = (Contributor.objects.of_user(make_user(name, staff=True)) for name in ("rita", "carl"))
    for drawing, reviewer in zip(drawings, (sleeper, other), strict=True):
        give_feedback(drawing, reviewer, correct=False, label=drawing.label, by_staff=True)
    assert [one.confirmed for one in read_user_class("cross", NO_BASE, NOTHING).drawings] == [True, True]
    fail_on_gold(sleeper)
    assert [one.confirmed for one in read_user_class("cross", NO_BASE, NOTHING, untrusted_reviewers()).drawings] == [
        False,
        True,
    ]


def test_one_contributor_teaches_only_so_much(settings: Settings) -> None:
    settings.TRAINING_PER_CONTRIBUTOR = 4
    flood = accept(noise(6), contributor=Contributor.objects.create())
    others = accept(noise(3, seed=1))
    found = read_user_class("cross", NO_BASE, NOTHING)
    assert found.left_out == {drawing.pk: "enough of this class by its contributor" for drawing in flood[4:]}
    assert {drawing.pk for drawing in found.drawings} == {drawing.pk for drawing in [*flood[:4], *others]}


def test_where_everybody_is_trusted_nothing_is_too_much_or_too_much_alike(settings: Settings) -> None:
    settings.TRAINING_PER_CONTRIBUTOR, settings.TRAINING_TRUSTS_EVERYBODY = 1, True
    drawings = accept(np.repeat(noise(1), 3, axis=0), contributor=Contributor.objects.create())
    found = read_user_class("cross", NO_BASE, NOTHING)
    assert {drawing.pk for drawing in found.drawings} == {drawing.pk for drawing in drawings}


@pytest.mark.parametrize("trusts_everybody", [True, False])
def test_a_near_copy_of_a_base_drawing_belongs_to_its_split_whatever_the_settings_say(
    settings: Settings, trusts_everybody: bool
) -> None:
    settings.TRAINING_TRUSTS_EVERYBODY = trusts_everybody
    originals = noise(40, seed=7)
    copies = originals.copy()
    copies[:, 0] = 255 - copies[:, 0]  # so that the hash is another one
    rows = np.arange(40, dtype=np.int32)
    accept(copies)
    for split in Split:
        base = QuickDrawClass(
            originals, dict.fromkeys(Split, NO_ROWS) | {split: rows}, NO_PIXELS, NO_ROWS, "", Counter()
        )
        found = read_user_class("cross", base, NOTHING)
        others = [drawing for drawing in found.drawings if drawing.split != split]
        # To train on what resembles a drawing to train on is no leak.
        assert not others
