from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings

from recognition.imaging.splits import Split, split_positions
from tests.training.accepted import accept
from tests.training.doodles import KINDS, doodles, save_base
from training.data.dataset import Dataset, TooFewDrawings, build_dataset
from training.models import Suspect
from training.quickdraw.folder import QuickDrawFolder

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(base: Path) -> Dataset:
    return build_dataset(KINDS, QuickDrawFolder(base), rows_per_class=1_000)


def test_targets_index_the_labels_in_alphabetical_order(dataset: Dataset) -> None:
    assert dataset.labels == ("cross", "ring", "zigzag")
    train = dataset.base[Split.TRAIN]
    rings = {picture.tobytes() for picture in doodles("ring", 60)}
    [pixels, targets] = next(train.batches())
    assert all((picture.tobytes() in rings) == (target == 1) for picture, target in zip(pixels, targets, strict=True))


def test_no_drawing_is_on_two_sides(dataset: Dataset) -> None:
    sides = [
        {picture.tobytes() for pixels, _ in dataset.base[split].batches() for picture in pixels} for split in Split
    ]
    assert sum(map(len, sides)) == len(set.union(*sides)) == 180


def test_collected_drawings_stand_beside_the_base(base: Path) -> None:
    accept(doodles("cross", 30, seed=9))
    dataset = build_dataset(KINDS, QuickDrawFolder(base), rows_per_class=1_000)
    collected = [len(dataset.collected[split]) for split in Split]
    left_out = dataset.classes[0].collected.left_out
    assert sum(collected) + len(left_out) == 30
    assert collected[0] > 0


def test_a_class_with_too_few_drawings_waits(base: Path, settings: Settings) -> None:
    settings.TRAINING_CLASS_NEEDS = 10
    save_base(base, {"ring": 5})
    dataset = build_dataset(KINDS, QuickDrawFolder(base), rows_per_class=1_000)
    assert dataset.labels == ("cross", "zigzag")
    assert dataset.manifest()["waiting"] == {"ring": len(doodles("ring", 5)) - held_out(doodles("ring", 5))}


def held_out(pixels: np.ndarray) -> int:
    from recognition.imaging.splits import split_of

    return sum(split_of(picture.reshape(28, 28)) is not Split.TRAIN for picture in pixels)


def test_fewer_than_two_classes_are_refused_with_the_folder_named(tmp_path: Path) -> None:
    with pytest.raises(TooFewDrawings, match=str(tmp_path)):
        build_dataset(KINDS, QuickDrawFolder(tmp_path), rows_per_class=1_000)


def test_the_manifest_names_every_collected_drawing_and_why_others_are_missing(base: Path) -> None:
    pixels = doodles("cross", 1, seed=9)
    kept, copy = accept(np.concatenate([pixels, pixels]))
    entry = build_dataset(KINDS, QuickDrawFolder(base), rows_per_class=1_000).manifest()["classes"]["cross"]
    assert [pk for side in entry["collected"].values() for pk in side] == [str(kept.pk)]
    assert entry["collected_left_out"] == {str(copy.pk): "near copy of an older drawing"}


def test_the_manifest_counts_base_drawings_by_side(dataset: Dataset) -> None:
    counts = dataset.manifest()["classes"]["ring"]["base"]
    assert sum(counts.values()) == 60


def test_the_digest_tells_data_sets_apart(base: Path) -> None:
    folder = QuickDrawFolder(base)
    digests = [build_dataset(KINDS, folder, rows_per_class=rows).manifest()["digest"] for rows in (30, 30, 29)]
    assert digests[0] == digests[1] != digests[2]


def test_what_somebody_has_excluded_is_in_no_data_set_until_it_is_taken_back(base: Path) -> None:
    folder, rows = QuickDrawFolder(base), doodles("cross", 60)[:3]
    before = build_dataset(KINDS, folder, rows_per_class=1_000).manifest()
    for row, position in zip(rows, split_positions(rows.reshape(-1, 28, 28)), strict=True):
        facts = {"label_confidence": 0.0, "suggested_confidence": 1.0, "doubt": 1.0, "version": 1}
        Suspect.objects.create(label="cross", position=position, bitmap=row.tobytes(), decision="excluded", **facts)
    after = build_dataset(KINDS, folder, rows_per_class=1_000).manifest()
    assert sum(after["classes"]["cross"]["base"].values()) == 57
    assert after["classes"]["cross"]["base_left_out"]["excluded"] == after["base_excluded"] == 3
    assert sum(after["classes"]["ring"]["base"].values()) == 60
    assert after["digest"] != before["digest"]
    for one in Suspect.objects.all():
        Suspect.objects.reopen(one.pk)
    assert build_dataset(KINDS, folder, rows_per_class=1_000).manifest() == before
