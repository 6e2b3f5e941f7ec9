"""How many wrong labels the filter of user drawings finds, and how many right ones it doubts.

    QUICKDRAW_DIR=folder make bench B=label_filter

The starter model is the champion. Real drawings are labelled, each by another person, some wrongly: at random among 20
classes, all of one class as another, and drawings of known classes as a word that is new. In the style they are turned
by 90° and drawn bolder. Prints Markdown.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np

import bench.django_setup  # noqa: F401
from bench.quality import base_class
from bench.scenarios import DrawingPool, PostedDrawing, turned
from recognition import starter
from recognition.imaging.rasterize import rasterize
from recognition.imaging.splits import Split
from recognition.inference.classifier import Classifier
from training.data.dataset import ClassData, Dataset
from training.data.user_drawings import CollectedClass, CollectedDrawing
from training.labels.champion import Champion
from training.labels.contradiction import find_contradictions
from training.labels.label_noise import find_noisy_labels
from training.quickdraw.folder import QuickDrawFolder

BASE_ROWS = 200  # of each class
CLASSES = 20  # that are drawn
WRONG_SHARE = 0.3
NEW_WORDS = (
    "ambulance",
    "angel",
    "ant",
    "anvil",
    "asparagus",
    "backpack",
    "crab",
    "sandwich",
)  # unknown to the starter model
HEAD = """| what | labels | wrong | wrong ones found | of these by contradiction | right ones doubted |
|---|---|---|---|---|---|"""


def main() -> None:
    path = Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw"))
    model = starter.read()
    pool = DrawingPool(path, model.labels)
    filters = LabelFilter(model, QuickDrawFolder(path))
    drawn, random = list(model.labels[:CLASSES]), np.random.default_rng(0)
    print(HEAD)
    for each in (8, 40):
        posted = [PostedDrawing(strokes, name, name) for name in drawn for strokes in pool.strokes(name, each)]
        print(filters.row("at random", mislabelled(posted, drawn, random)), flush=True)
        print(filters.row("at random, turned and bold", mislabelled([*map(turned, posted)], drawn, random)), flush=True)
    cats, dogs = (pool.strokes(name, count) for name, count in (("cat", 100), ("dog", 70)))
    claims = ["dog"] * 30 + ["cat"] * (len(cats) - 30)
    lies = [PostedDrawing(strokes, "cat", claimed) for strokes, claimed in zip(cats, claims, strict=True)]
    honest = [PostedDrawing(strokes, "dog", "dog") for strokes in dogs]
    print(filters.row("30 cats called dogs", [*lies, *honest]), flush=True)
    for word in NEW_WORDS:
        posted = [PostedDrawing(strokes, word, word) for strokes in pool.strokes(word, 50)]
        lies = [PostedDrawing(pool.strokes(name, 1)[0], name, word) for name in drawn]
        print(filters.row(f"a new word, {word}", [*posted, *lies]), flush=True)


def mislabelled(
    posted: Sequence[PostedDrawing], names: Sequence[str], random: np.random.Generator
) -> list[PostedDrawing]:
    """Give a share of the drawings the name of another class."""
    result = []
    for drawing in posted:
        others = [name for name in names if name != drawing.label]
        claimed = str(random.choice(others)) if random.random() < WRONG_SHARE else drawing.label
        result.append(PostedDrawing(drawing.strokes, drawing.label, claimed))
    return result


class LabelFilter:
    """The filter, with the starter model in service and base drawings of its classes."""

    def __init__(self, model: starter.StarterModel, folder: QuickDrawFolder) -> None:
        self._classifier = Classifier(model.artifact, model.labels, model.calibration)
        self._features = model.features
        self._folder = folder
        self._base = {name: base_class(folder, name, BASE_ROWS) for name in model.labels}

    def row(self, title: str, posted: Sequence[PostedDrawing]) -> str:
        keys = {uuid4(): drawing for drawing in posted}
        dataset = self._dataset(keys)
        champion = Champion(self._classifier, self._features, dataset.labels)
        shift = champion.domain_shift(dataset)
        doubted = find_noisy_labels(dataset, champion, shift)
        contradictions = find_contradictions(dataset, champion.scores, champion.known, shift)
        wrong = {key for key, drawing in keys.items() if drawing.is_lie}
        right = keys.keys() - wrong
        shares = [len(wrong & doubted.keys()) / len(wrong), len(wrong & contradictions.keys()) / len(wrong)]
        cells = [f"{share:.0%}" for share in (*shares, len(right & doubted.keys()) / len(right))]
        return f"| {title} | {len(keys)} | {len(wrong)} | {' | '.join(cells)} |"

    def _dataset(self, posted: Mapping[UUID, PostedDrawing]) -> Dataset:
        names = sorted({*self._base, *(drawing.claimed for drawing in posted.values())})
        return Dataset([self._class_data(name, posted) for name in names], waiting={})

    def _class_data(self, name: str, posted: Mapping[UUID, PostedDrawing]) -> ClassData:
        # A new word has no base drawings.
        base = self._base[name] if name in self._base else base_class(self._folder, f"no {name}", 0)
        own = [key for key, drawing in posted.items() if drawing.claimed == name]
        bitmaps = [rasterize(posted[key].strokes).reshape(784) for key in own]
        sources = [CollectedDrawing(key, uuid4(), Split.TRAIN, confirmed=False, independent=False) for key in own]
        pixels = np.array(bitmaps, np.uint8).reshape(-1, 784)
        return ClassData(name, base.base, CollectedClass(pixels, sources, {}))


if __name__ == "__main__":
    main()
