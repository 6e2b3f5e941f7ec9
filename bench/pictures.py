"""Measures which drawings are recognized in pictures as people send them: photographs, screenshots, frames, fills.

    QUICKDRAW_DIR=folder make bench B=pictures [ARGS="--drawings 200"]

Held-out drawings are made into image files of each condition and go through the code of the site. Counted are those
that the starter model gets from their strokes with a confidence over 95 %. A wrong answer counts as claimed if it is
“recognized”. Prints Markdown.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

from bench.browser_replay import TestDrawing, starter_classifier, test_drawings
from bench.picture_conditions import Condition, conditions
from recognition.imaging.rasterize import rasterize
from recognition.imaging.sketch import Sketch
from recognition.inference.classifier import Classifier
from recognition.inference.results import Recognition

CONFIDENT = 0.95
BAR = 0.875
HEAD = "| condition | recognized | wrong | wrong and “recognized” | ms each |\n|---|---|---|---|---|"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drawings", type=int, default=200)
    parser.add_argument("--samples", type=Path, help="write the first picture of each condition to this folder")
    options = parser.parse_args()
    classifier = starter_classifier()
    drawings = [
        drawing for drawing in test_drawings(classifier.labels, options.drawings) if is_certain(classifier, drawing)
    ]
    print(f"\n{len(drawings)} of {options.drawings} held-out drawings count:\n\n{HEAD}")
    wrong = claimed = 0
    for name, condition in tqdm(conditions().items(), unit="condition"):
        if options.samples:
            sample = condition(drawings[0].strokes, np.random.default_rng(0))
            (options.samples / f"{name}.{sample[1:4].decode('latin1')}").write_bytes(sample)
        answers, milliseconds = recognitions(classifier, drawings, condition)
        right = [answer.label == drawing.word for answer, drawing in zip(answers, drawings, strict=True)]
        recognized = [answer.recognized for answer in answers]
        share = np.mean(np.logical_and(right, recognized))
        wrong += (missed := right.count(False))
        claimed += (false := int(np.sum(np.logical_and(np.logical_not(right), recognized))))
        mark = "" if share >= BAR else " ✗"
        print(f"| {name} | {share:.1%}{mark} | {missed} | {false} | {milliseconds:.0f} |", flush=True)
    print(f"\nOf {wrong} wrong answers {claimed} are “recognized”.")


def is_certain(classifier: Classifier, drawing: TestDrawing) -> bool:
    answer = classifier.recognize(rasterize(drawing.strokes))
    return answer.label == drawing.word and answer.confidence > CONFIDENT


def recognitions(
    classifier: Classifier, drawings: list[TestDrawing], condition: Condition
) -> tuple[list[Recognition], float]:
    """Return the answer to each drawing's picture, and the mean milliseconds that its bitmap takes."""
    random = np.random.default_rng(0)
    files = [condition(drawing.strokes, random) for drawing in drawings]
    started = time.perf_counter()
    sketches = [Sketch.of_image(file) for file in files]
    milliseconds = (time.perf_counter() - started) * 1000 / len(files)
    answers = [classifier.recognize(one.bitmap).with_least_confidence(one.least_confidence) for one in sketches]
    return answers, milliseconds


if __name__ == "__main__":
    main()
