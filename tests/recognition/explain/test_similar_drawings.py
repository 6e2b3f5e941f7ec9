from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytest_django import Settings

from recognition import starter
from recognition.explain.similar_drawings import MAX_SHOWN, PAGE_DRAWINGS, find_similar, sweep_vectors
from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes
from recognition.models import Contributor, Drawing, Exhibit, ModelVersion
from recognition.moderation import moderate
from recognition.privacy.deletion import delete_contributor_data
from tests.factories import make_drawing, make_version
from tests.training.doodles import doodle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def version(settings: Settings, tmp_path: Path) -> ModelVersion:
    settings.VAR = tmp_path
    return starter.install(starter.read())


def make(kind: str, seed: int = 0, **fields: object) -> Drawing:
    strokes: Strokes = doodle(kind, np.random.default_rng(seed))
    return make_drawing(label=kind, strokes=strokes, bitmap=rasterize(strokes).tobytes(), **fields)


def labels(drawing: Drawing) -> list[str]:
    return [str(one.exhibit.label) for one in find_similar(drawing)]


def test_the_most_alike_come_first() -> None:
    for seed in range(5):
        make("ring", seed)
        make("zigzag", seed)
    assert labels(make("zigzag", 9))[:5] == ["zigzag"] * 5


def test_likeness_falls_from_one_to_the_next() -> None:
    for seed in range(5):
        make("ring", seed)
    likeness = [one.similarity for one in find_similar(make("ring", 9))]
    assert likeness == sorted(likeness, reverse=True)


def test_ones_own_drawings_are_not_among_them() -> None:
    me = Contributor.objects.create()
    make("ring", 1, contributor=me)
    other = make("ring", 2)
    assert [one.exhibit.drawing_id for one in find_similar(make("ring", 3, contributor=me))] == [other.pk]


def test_no_more_are_shown_than_one_can_look_at() -> None:
    for seed in range(MAX_SHOWN + 3):
        make("ring", seed)
    assert len(find_similar(make("ring", 99))) == MAX_SHOWN


def test_a_new_drawing_is_among_them_at_once() -> None:
    mine = make("ring", 1)
    assert find_similar(mine) == []
    new = make("ring", 2)
    assert [one.exhibit.drawing_id for one in find_similar(mine)] == [new.pk]


def test_hidden_and_deleted_drawings_are_no_longer_among_them() -> None:
    mine, hidden, deleted = make("ring", 1), make("ring", 2), make("ring", 3)
    assert len(find_similar(mine)) == 2
    moderate(hidden, Drawing.Moderation.HIDDEN)
    deleted.delete()
    assert find_similar(mine) == []


def test_another_version_looks_at_everything_anew(version: ModelVersion, settings: Settings) -> None:
    mine, _ = make("ring", 1), make("ring", 2)
    find_similar(mine)
    model = starter.read()
    other = ModelVersion.objects.register(
        model.artifact + b"\0" * 16, model.labels, model.calibration, {}, features=model.features
    )
    other.promote(by=None, reason="test")
    from recognition.serving import model_loader as module

    module._loader = module.ModelLoader()
    assert len(find_similar(mine)) == 1
    assert [folder.name for folder in (settings.VAR / "neighbours").iterdir()] == [other.sha256[:16]]


def test_a_network_that_does_not_tell_what_it_sees_has_no_neighbours_to_show() -> None:
    make_version()
    mine, _ = make("ring", 1), make("ring", 2)
    assert find_similar(mine) == []


@pytest.mark.django_db(transaction=True)
def test_more_than_a_page_is_looked_at_in_the_background(settings: Settings) -> None:
    drawing = make("ring", 1)
    rows = [make("ring", 2)] + [make("zigzag", seed) for seed in range(PAGE_DRAWINGS)]
    oldest = rows[0]
    assert Exhibit.objects.count() == PAGE_DRAWINGS + 2
    wait_for_the_background(drawing)
    assert find_similar(drawing)[0].exhibit.drawing_id == oldest.pk


def wait_for_the_background(drawing: Drawing) -> None:
    import threading

    find_similar(drawing)
    for thread in threading.enumerate():
        if thread.name == "neighbours":
            thread.join(60)


def test_a_drawing_that_is_deleted_leaves_no_vector(tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    gone, stays = make("ring", 1), make("ring", 2)
    find_similar(stays)
    assert traces(tmp_path, gone)
    with django_capture_on_commit_callbacks(execute=True):
        delete_contributor_data(gone.contributor)
    assert not traces(tmp_path, gone)
    assert traces(tmp_path, stays)


def test_what_another_host_deleted_goes_with_the_next_sweep(tmp_path: Path) -> None:
    gone, stays = make("ring", 1), make("ring", 2)
    find_similar(stays)
    Drawing.objects.filter(pk=gone.pk).delete()
    assert sweep_vectors() == 1
    assert not traces(tmp_path, gone)
    assert traces(tmp_path, stays)


def test_a_host_that_keeps_nothing_has_nothing_to_sweep(tmp_path: Path) -> None:
    assert sweep_vectors() == 0
    assert not list(tmp_path.iterdir())


def traces(folder: Path, drawing: Drawing) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and drawing.pk.bytes in path.read_bytes()]
