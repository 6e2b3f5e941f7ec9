from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from recognition import starter
from recognition.imaging.rasterize import rasterize
from recognition.imaging.strokes import Strokes
from recognition.inference.prototypes import MIN_DRAWINGS
from recognition.models import Contributor, DoodleClass, Drawing, ModelVersion
from recognition.serving.model_loader import champion
from tests.factories import make_class, make_drawing

pytestmark = pytest.mark.django_db


def letter_e(seed: int) -> Strokes:
    """Draw a line down and three across, a little different every time; the starter model knows no such class."""
    random = np.random.default_rng(seed)
    down = [[[0, 0], [0, 200]]]
    across = [[[0, x], [y, y]] for x, y in ((150, 0), (120, 100), (150, 200))]
    return [[(np.array(axis) + random.normal(0, 9, 2)).tolist() for axis in stroke] for stroke in down + across]


LETTERS = [letter_e(seed) for seed in range(40)]


@pytest.fixture(autouse=True)
def version() -> ModelVersion:
    return starter.install(starter.read())


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let so much time pass that a process looks for new classes."""
    now = [1000.0]
    monkeypatch.setattr("recognition.serving.model_loader.time.monotonic", lambda: now[0])

    def pass_time() -> None:
        now[0] += 10

    return pass_time


def confirm(strokes: Strokes, word: str) -> Drawing:
    return make_drawing(label=word, strokes=strokes, bitmap=rasterize(strokes).tobytes())


def answers(drawings: list[Strokes]) -> list[str]:
    return [champion().recognize(rasterize(strokes)).label for strokes in drawings]


def test_after_ten_confirmed_drawings_a_new_class_is_answered(later: Callable[[], None]) -> None:
    make_class("letter e")
    for strokes in LETTERS[:MIN_DRAWINGS]:
        confirm(strokes, "letter e")
    later()
    assert answers(LETTERS[MIN_DRAWINGS:]).count("letter e") >= len(LETTERS[MIN_DRAWINGS:]) / 2


def test_the_answer_says_that_it_was_just_learnt(later: Callable[[], None]) -> None:
    for strokes in LETTERS[:20]:
        confirm(strokes, "letter e")
    later()
    said = [champion().recognize(rasterize(strokes)) for strokes in LETTERS[20:]]
    assert all(one.just_learnt == (one.label == "letter e") for one in said)
    assert any(one.just_learnt for one in said)


def test_what_the_network_knows_is_answered_as_before(later: Callable[[], None]) -> None:
    for strokes in LETTERS[:20]:
        confirm(strokes, "letter e")
    later()
    assert champion().recognize(make_drawing("cat").pixels()).label == "cat"


def test_one_liar_does_not_crowd_out_what_others_drew(later: Callable[[], None]) -> None:
    for strokes in LETTERS[:20]:
        confirm(strokes, "letter e")
    liar = Contributor.objects.create()
    for _ in range(100):
        make_drawing("cat", label="letter e", contributor=liar)
    later()
    assert answers(LETTERS[20:]).count("letter e") >= len(LETTERS[20:]) / 2


def test_fewer_drawings_are_not_enough(later: Callable[[], None]) -> None:
    for strokes in LETTERS[: MIN_DRAWINGS - 1]:
        confirm(strokes, "letter e")
    later()
    assert champion().new_classes == ()


def test_a_class_that_is_no_longer_offered_is_forgotten(later: Callable[[], None]) -> None:
    for strokes in LETTERS[:MIN_DRAWINGS]:
        confirm(strokes, "letter e")
    later()
    assert [new.label for new in champion().new_classes] == ["letter e"]
    DoodleClass.objects.filter(name="letter e").update(active=False)
    later()
    assert champion().new_classes == ()


def test_rejected_drawings_teach_nothing(later: Callable[[], None]) -> None:
    for strokes in LETTERS[:MIN_DRAWINGS]:
        confirm(strokes, "letter e")
    Drawing.objects.update(status=Drawing.Status.REJECTED)
    later()
    assert champion().new_classes == ()


def test_a_version_without_features_goes_on_as_it_is(later: Callable[[], None], version: ModelVersion) -> None:
    version.features.delete()
    for strokes in LETTERS[:MIN_DRAWINGS]:
        confirm(strokes, "letter e")
    later()
    assert champion().new_classes == ()


def test_a_damaged_drawing_does_not_stop_the_serving(later: Callable[[], None]) -> None:
    for strokes in LETTERS[:MIN_DRAWINGS]:
        confirm(strokes, "letter e")
    Drawing.objects.filter(pk=Drawing.objects.first().pk).update(bitmap=b"short")  # type: ignore[union-attr]
    later()
    assert champion().new_classes == ()
    assert champion().recognize(make_drawing("cat").pixels()).label == "cat"
