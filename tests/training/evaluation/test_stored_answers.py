from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recognition.imaging.splits import Split
from recognition.models import DoodleClass
from tests.factories import make_version
from tests.training.accepted import accept
from tests.training.doodles import KINDS, doodles, save_base
from training.data.dataset import Dataset, build_dataset
from training.evaluation.metrics import predict_drawings
from training.evaluation.stored_answers import answers_of
from training.models import StoredAnswers
from training.quickdraw.folder import QuickDrawFolder

pytestmark = pytest.mark.django_db


@pytest.fixture
def base(tmp_path: Path) -> Path:
    save_base(tmp_path, dict.fromkeys(KINDS, 100))
    return tmp_path


def dataset(base: Path, *own_words: str) -> Dataset:
    DoodleClass.objects.ensure([*KINDS, *own_words])
    return build_dataset([*KINDS, *own_words], QuickDrawFolder(base), rows_per_class=100)


def test_the_same_drawings_are_asked_about_once(base: Path) -> None:
    tested = dataset(base)
    version, other = make_version(labels=["ring", *"abcde"]), make_version(labels=["a", "ring", *"bcde"])
    expected = predict_drawings(version.load(), tested.base[Split.TEST], tested.labels)
    asked = answers_of(version, version.load(), tested)
    known = answers_of(version, other.load(), tested)  # another network would answer otherwise
    for answers in (asked, known):
        np.testing.assert_array_equal(answers.top, expected.top)
        np.testing.assert_array_equal(answers.recognized, expected.recognized)
        np.testing.assert_array_equal(answers.confidence, expected.confidence)
    np.testing.assert_array_equal(asked.correct, expected.correct)


def test_other_drawings_are_asked_about_and_their_answers_kept_instead(base: Path) -> None:
    version = make_version(labels=["ring", *"abcde"])
    before = dataset(base)
    answers_of(version, version.load(), before)
    save_base(base, {"ring": 120})
    now = dataset(base)
    answers = answers_of(version, version.load(), now)
    assert len(answers.correct) == len(now.base[Split.TEST])
    assert StoredAnswers.objects.get().digest == now.test_digest != before.test_digest


def test_a_word_of_the_sites_own_changes_no_base_test_drawings(base: Path) -> None:
    before = dataset(base)
    accept(doodles("ring", 40, seed=5), label="ball")
    assert dataset(base, "ball").labels != before.labels
    assert dataset(base, "ball").test_digest == before.test_digest
