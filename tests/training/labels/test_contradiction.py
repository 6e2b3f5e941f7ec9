from __future__ import annotations

from collections import Counter
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from recognition.imaging.splits import Split
from recognition.models import Drawing
from tests.training.accepted import accept
from tests.training.doodles import KINDS, doodles
from training.augmentation.domain_shift import DomainShift, Scores, turned
from training.data.dataset import ClassData, Dataset, build_dataset
from training.data.drawing_index import Pixels
from training.data.quickdraw_data import QuickDrawClass
from training.data.user_drawings import CollectedClass, CollectedDrawing
from training.labels.contradiction import find_contradictions
from training.quickdraw.folder import QuickDrawFolder

pytestmark = pytest.mark.django_db

CROSS, RING, ZIGZAG = range(3)
SIDEWAYS = 1
MEANS = np.array([doodles(kind, 40, seed=9).mean(axis=0) for kind in KINDS])


def champion(pixels: Pixels) -> Scores:
    """Score by how much more a drawing is like the average one of a class than like that of any other."""
    drawings = pixels / np.linalg.norm(pixels, axis=1, keepdims=True)
    likeness = drawings @ (MEANS / np.linalg.norm(MEANS, axis=1, keepdims=True)).T
    others = np.partition(likeness, -2, axis=1)
    best_other = np.where(likeness == others[:, -1:], others[:, -2:-1], others[:, -1:])
    return 60 * np.maximum(0, likeness - best_other)


ON_THEIR_SIDE = turned(doodles("zigzag", 60, seed=1), SIDEWAYS)


def taken_in(pixels: Pixels) -> Scores:
    """Be sure that zigzags on their side are rings."""
    scores = champion(pixels)
    scores[[(drawing == ON_THEIR_SIDE).all(axis=1).any() for drawing in pixels], RING] += 60
    return scores


def dataset(base: Path, *names: str) -> Dataset:
    return build_dataset(names or KINDS, QuickDrawFolder(base), rows_per_class=1_000)


def found(
    base: Path, style: DomainShift | None = None, known: tuple[int, ...] = (CROSS, RING, ZIGZAG)
) -> dict[UUID, str]:
    return find_contradictions(dataset(base), champion, known, style or DomainShift())


def learnt(base: Path, drawings: list[Drawing]) -> set[UUID]:
    """Return those that are trained on unless a doubt keeps them out."""
    return {one.pk for one in dataset(base).collected_sources(Split.TRAIN)} & {drawing.pk for drawing in drawings}


def test_a_lie_is_found_however_many_tell_it(base: Path) -> None:
    honest = accept(doodles("ring", 10, seed=1), label="ring")
    lies = learnt(base, accept(doodles("cross", 60, seed=2), label="ring"))
    against = found(base)
    assert len(lies - set(against)) <= 0.2 * len(lies)
    assert not learnt(base, honest) & set(against)
    assert set(against.values()) == {"cross"}


def test_right_labels_are_not_doubted(base: Path) -> None:
    for kind in KINDS:
        accept(doodles(kind, 30, seed=1), label=kind)
    assert len(found(base)) <= 1


def test_turned_as_people_draw_a_label_may_be_right(base: Path) -> None:
    on_their_side = learnt(base, accept(ON_THEIR_SIDE, label="zigzag"))
    unexplained = set(find_contradictions(dataset(base), taken_in, range(3), DomainShift()))
    assert len(on_their_side & unexplained) >= 0.8 * len(on_their_side)
    assert not find_contradictions(dataset(base), taken_in, range(3), DomainShift({SIDEWAYS: 0.9}))


def test_many_of_one_known_class_are_doubted_as_drawings_of_a_new_one(base: Path) -> None:
    honest = accept(doodles("zigzag", 30, seed=1), label="zigzag")
    lies = learnt(base, accept(doodles("cross", 60, seed=2), label="zigzag"))
    against = found(base, known=(CROSS, RING))
    assert len(lies - set(against)) <= 0.2 * len(lies)
    assert not learnt(base, honest) & set(against)


def test_a_few_that_look_like_a_known_class_belong_to_a_new_one(base: Path) -> None:
    accept(doodles("zigzag", 40, seed=1), label="zigzag")
    lies = learnt(base, accept(doodles("cross", 5, seed=2), label="zigzag"))
    assert lies
    assert not lies & set(found(base, known=(CROSS, RING)))


def test_without_collected_drawings_or_a_champion_that_knows_two_classes_nothing_contradicts(base: Path) -> None:
    assert found(base) == {}
    accept(doodles("cross", 20, seed=2), label="ring")
    assert found(base, known=(CROSS,)) == {}
    assert found(base, known=()) == {}


NO_ROWS, NO_PIXELS = np.empty(0, np.int32), np.empty((0, 784), np.uint8)
KNOWN = 6


def looks_like(known: int, count: int) -> Pixels:
    """Return drawings of which `sure_of_known` is sure, by the place of their ink; of class KNOWN it is never sure."""
    pixels = np.zeros((count, 784), np.uint8)
    pixels[:, known * 100 : known * 100 + 50] = 255
    return pixels


def sure_of_known(pixels: Pixels) -> Scores:
    likeliest = (pixels > 0).argmax(axis=1) // 100
    scores = np.zeros((len(pixels), KNOWN + 1), np.float32)
    scores[likeliest < KNOWN, likeliest[likeliest < KNOWN]] = 20
    return scores


@pytest.mark.parametrize(("of_each_known", "of_its_own", "doubted"), [(4, 1, 24), (1, 19, 0)])
def test_a_flood_of_several_kinds_of_lies_is_found_together(of_each_known: int, of_its_own: int, doubted: int) -> None:
    rows = np.arange(10, dtype=np.int32)
    splits = dict.fromkeys(Split, NO_ROWS) | {Split.VALIDATION: rows}
    classes = [
        ClassData(
            f"known {known}",
            QuickDrawClass(looks_like(known, 10), splits, NO_PIXELS, NO_ROWS, "", Counter()),
            CollectedClass(NO_PIXELS, [], {}),
        )
        for known in range(KNOWN)
    ]
    flood = [looks_like(known, of_each_known) for known in range(KNOWN)]
    pixels = np.concatenate([*flood, looks_like(KNOWN, of_its_own)])
    posted = [CollectedDrawing(uuid4(), uuid4(), Split.TRAIN, False, False) for _ in pixels]
    no_base = QuickDrawClass(NO_PIXELS, dict.fromkeys(Split, NO_ROWS), NO_PIXELS, NO_ROWS, "", Counter())
    new = ClassData("new", no_base, CollectedClass(pixels, posted, {}))
    dataset = Dataset([*classes, new], {})
    assert len(find_contradictions(dataset, sure_of_known, range(KNOWN), DomainShift())) == doubted
