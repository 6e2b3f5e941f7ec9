"""Measures lessons: retrainings of the starter model with drawings that people made of a new word or in another style.

    QUICKDRAW_DIR=folder make bench B=lessons [ARGS="--lessons word-50 turned-200 --starter COMMIT"]

Each lesson runs in a process and a database of its own, from the click to the gate's verdict, exactly as a worker runs
it; nothing is promoted by hand. "word-50" teaches 50 drawings of a real word that the starter does not know, under a
name that Quick, Draw! does not have. "turned-200" teaches 200 drawings of known words that are turned by 90°,
"bold-200" 200 with wider lines. A different person made each drawing. What is learnt is measured on drawings that were
not posted, what is lost on the official test drawings, against the starter's answers to the same drawings.

Hyperparameters were chosen with `--set tune`; the tables come from `--set report`, whose words and drawings are others.
`--starter` teaches the starter model of an earlier commit, such as the one of 76 words, which knows fewer words.
A seed decides the word, the drawings and the order of training. `--in-a-row` teaches one lesson after the other to the
same site: each continues from what the gate let into service. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from recognition.inference.classifier import Classifier

WORDS = {
    "tune": ("paintbrush", "crab", "television", "ant"),
    "report": ("headphones", "map", "beard", "paint can", "moustache", "eyeglasses"),
}
SETS = list(WORDS)
STYLED_CLASSES = 20  # of the starter's, drawn in another style
LESSONS = ("word-50", "word-200", "turned-200", "turned-1000", "bold-200", "bold-1000")
MIN_TEST_DRAWINGS = 50  # of a class, to count for the macro recall
MAX_TEST_DRAWINGS = 600  # of what was taught


@dataclass(frozen=True)
class LessonResult:
    lesson: str
    seed: int
    what: str  # the word, or the style
    trained_on: int  # of the posted drawings; the others are held out or left out
    before: float  # recall of what is taught, in percent
    after: float
    base: float  # gained on official test drawings of the starter's words, in points
    macro: float  # the same for the mean recall of classes with enough test drawings
    half_ink: float  # the same on drawings with half of their ink
    outcome: str  # the gate's, with the checks that did not pass
    seconds: float  # from the click to the verdict

    def row(self) -> str:
        figures = f"{self.before:.1f} | {self.after:.1f} | {self.base:+.2f} | {self.macro:+.2f} | {self.half_ink:+.2f}"
        taught = f"{self.what}, {self.trained_on} trained on"
        return f"| {self.lesson} | {self.seed} | {taught} | {figures} | {self.outcome} | {self.seconds:.0f} s |"


def main() -> None:
    options = parse_arguments()
    print("| lesson | seed | taught | recall before | after | top-1 | macro | half the ink | gate | time |")
    print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
    plan = [(lesson, seed) for lesson in options.lessons for seed in options.seeds]
    chains = [plan] if options.in_a_row else [[step] for step in plan]
    results = []
    for chain in chains:
        with tempfile.TemporaryDirectory(prefix="doodlesite-bench-") as var:
            for position, (lesson, seed) in enumerate(chain):
                # A process of its own, as in a worker: nothing is warm.
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                    task = process.submit(run_lesson, var, options.starter, lesson, seed, options.set, position)
                    results.append(task.result())
                print(results[-1].row(), flush=True)
    print("\n| lesson | recall, mean | lowest | top-1, mean | worst | macro, worst | half the ink, worst | passes |")
    print("|---|---|---|---|---|---|---|---|")
    for lesson, group in groupby(results, lambda result: result.lesson):
        print(summary(lesson, list(group)))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lessons", nargs="+", choices=LESSONS, default=list(LESSONS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--set", choices=SETS, default="report", help="the words and drawings")
    parser.add_argument("--starter", metavar="COMMIT", help="with the starter model to teach, instead of today's")
    parser.add_argument("--in-a-row", action="store_true", help="one after the other on the same site")
    return parser.parse_args()


def summary(lesson: str, results: Sequence[LessonResult]) -> str:
    recalls, losses = [result.after for result in results], [result.base for result in results]
    worst = [min(losses), min(result.macro for result in results), min(result.half_ink for result in results)]
    passes = sum(result.outcome == "passes" for result in results)
    figures = [f"{mean(losses):+.2f}", *(f"{loss:+.2f}" for loss in worst), f"{passes} of {len(results)}"]
    return f"| {lesson} | {mean(recalls):.1f} | {min(recalls):.1f} | {' | '.join(figures)} |"


def run_lesson(var: str, commit: str | None, lesson: str, seed: int, chosen_set: str, position: int) -> LessonResult:
    """Teach one lesson to a site whose data are in `var`. position: of the lessons that this site is taught."""
    set_up(var, commit)
    from django.conf import settings

    from recognition.models import ModelVersion
    from training.evaluation.robustness import half_drawn
    from training.models import TrainingRun
    from training.pipeline import run_training
    from training.quickdraw.folder import QuickDrawFolder

    folder = QuickDrawFolder(settings.QUICKDRAW_DIR)
    starter = ModelVersion.objects.get(number=1)
    kind, count = lesson.split("-")
    random = np.random.default_rng([seed, SETS.index(chosen_set)])
    if kind == "word":
        what = WORDS[chosen_set][(seed + position) % len(WORDS[chosen_set])]
        posted, tested = word_drawings(folder, what, f"own word {position}", int(count), random)
    else:
        what = kind
        posted, tested = styled_drawings(folder, starter.labels, kind, int(count), chosen_set, random)
    post(posted)
    serving = ModelVersion.objects.current()
    assert serving is not None
    before = serving.load()
    run = TrainingRun.objects.begin({"seed": seed}, by=None, reason="bench")
    started = time.perf_counter()
    run_training(run)
    seconds = time.perf_counter() - started
    run.end(TrainingRun.Status.SUCCEEDED)
    assert run.version is not None
    after, reference = run.version.load(), starter.load()
    base = base_drawings(folder, starter.labels)
    unfinished = half_drawn(folder, starter.labels)
    return LessonResult(
        lesson,
        seed,
        what,
        trained_on=sum(len(entry["collected"]["train"]) for entry in run.manifest["classes"].values()),
        before=recall(before, *tested),
        after=recall(after, *tested),
        base=recall(after, *base) - recall(reference, *base),
        macro=macro_recall(after, *base) - macro_recall(reference, *base),
        half_ink=recall(after, *unfinished) - recall(reference, *unfinished),
        outcome=": ".join([run.verdict["outcome"], *_failed(run.verdict)]),
        seconds=seconds,
    )


def _failed(verdict: Mapping[str, Any]) -> list[str]:
    failed = [f"{check['name']} ({check['detail']})" for check in verdict["checks"] if not check["passed"]]
    return ["; ".join(failed)] if failed else []


def set_up(var: str, commit: str | None) -> None:
    """Set up Django with a database in `var`, and the starter model in service. commit: of an earlier starter model."""
    import django
    from django.core.management import call_command

    os.environ |= {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "DJANGO_SETTINGS_MODULE": "doodlesite.settings",
        "DOODLE_VAR": var,
        "QUICKDRAW_DIR": str(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")).resolve()),
    }
    django.setup()
    if commit:
        from bench.earlier_starter import extract_starter
        from recognition import starter

        starter.FOLDER = extract_starter(commit, Path(var))
    with Path(os.devnull).open("w") as silence:
        call_command("migrate", verbosity=0)
        call_command("bootstrap", verbosity=0, stdout=silence)


Labelled = tuple[npt.NDArray[np.uint8], list[str]]  # bitmaps uint8 (n, 28, 28), and the classes


def word_drawings(
    folder: Any, word: str, name: str, count: int, random: np.random.Generator
) -> tuple[Labelled, Labelled]:
    """Return drawings of a word to post under another name, and others to recognize."""
    from training.data.quickdraw_data import distinct_drawings

    drawings, _ = distinct_drawings(folder, word, 2_000)
    pixels = drawings.pixels(random.permutation(len(drawings))).reshape(-1, 28, 28)
    posted, tested = pixels[:count], pixels[count : count + MAX_TEST_DRAWINGS]
    return (posted, [name] * len(posted)), (tested, [name] * len(tested))


def styled_drawings(
    folder: Any, labels: Sequence[str], style: str, count: int, chosen_set: str, random: np.random.Generator
) -> tuple[Labelled, Labelled]:
    """Return styled drawings of known words to post, and others to recognize, equally many of each word.

    Those to post come from training drawings, every other one in each set, and those to recognize from test drawings.
    """
    from recognition.imaging.splits import Split
    from training.data.quickdraw_data import read_quickdraw_class

    names = sorted(random.permutation(labels)[:STYLED_CLASSES])
    posted, tested = [], []
    for name in names:
        data, _ = read_quickdraw_class(folder, name, 20_000)
        own = data.rows[Split.TRAIN][SETS.index(chosen_set) :: len(SETS)]
        posted.append(data.official[random.permutation(own)[: count // STYLED_CLASSES]])
        tested.append(data.official[data.rows[Split.TEST][: MAX_TEST_DRAWINGS // STYLED_CLASSES]])
    sides = [
        (
            np.concatenate([styled(pixels, style, random) for pixels in side]).reshape(-1, 28, 28),
            [name for name, pixels in zip(names, side, strict=True) for _ in pixels],
        )
        for side in (posted, tested)
    ]
    return sides[0], sides[1]


def styled(pixels: npt.NDArray[np.uint8], style: str, random: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Return drawings, uint8 (n, 784), in a style, each moved by up to a pixel, so that none copies a base drawing."""
    from training.augmentation.domain_shift import embolden, turned

    changed = embolden(pixels) if style == "bold" else turned(pixels, 1)
    moves = random.integers(-1, 2, (len(changed), 2))
    moved = [np.roll(picture.reshape(28, 28), move, axis=(0, 1)) for picture, move in zip(changed, moves, strict=True)]
    return np.array(moved, np.uint8).reshape(-1, 784)


def post(drawings: Labelled) -> None:
    """Store accepted drawings, each of a person who was asked to draw the word."""
    from recognition.imaging.splits import split_of
    from recognition.models import Contributor, DoodleClass, Drawing

    DoodleClass.objects.ensure(set(drawings[1]))
    classes = {doodle_class.name: doodle_class for doodle_class in DoodleClass.objects.all()}
    for bitmap, name in zip(*drawings, strict=True):
        asked = {"label": classes[name], "prompt": classes[name], "status": Drawing.Status.ACCEPTED}
        contributor = Contributor.objects.create()
        Drawing.objects.create(contributor=contributor, bitmap=bitmap.tobytes(), split=split_of(bitmap), **asked)


def base_drawings(folder: Any, labels: Sequence[str]) -> Labelled:
    """Return the official test drawings of some classes."""
    from training.data.quickdraw_data import read_test_drawings

    by_class = [read_test_drawings(folder, name) for name in labels]
    names = [name for name, pixels in zip(labels, by_class, strict=True) for _ in pixels]
    return np.concatenate(by_class).reshape(-1, 28, 28), names


def recall(classifier: Classifier, bitmaps: npt.NDArray[np.uint8], names: Sequence[str]) -> float:
    """Return the share of drawings whose class is the likeliest, in percent."""
    return 100 * float(correct(classifier, bitmaps, names).mean())


def macro_recall(classifier: Classifier, bitmaps: npt.NDArray[np.uint8], names: Sequence[str]) -> float:
    """Return the mean recall of the classes with at least MIN_TEST_DRAWINGS drawings, in percent."""
    return 100 * mean(_recalls(correct(classifier, bitmaps, names), np.array(names)))


def correct(classifier: Classifier, bitmaps: npt.NDArray[np.uint8], names: Sequence[str]) -> npt.NDArray[np.bool_]:
    is_correct: npt.NDArray[np.bool_] = np.array(classifier.labels)[classifier.logits(bitmaps).argmax(axis=1)] == names
    return is_correct


def _recalls(is_correct: npt.NDArray[np.bool_], names: npt.NDArray[np.str_]) -> Iterator[float]:
    for name in np.unique(names):
        own = is_correct[names == name]
        if len(own) >= MIN_TEST_DRAWINGS:
            yield float(own.mean())


if __name__ == "__main__":
    main()
