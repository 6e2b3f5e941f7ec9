"""The model card of the starter model, written from its own figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training.evaluation.robustness import DRAWINGS_PER_CLASS

CARD = """\
# The starter model

This page is written by `manage.py export_starter`; change `training/starter/model_card.py`, not the page.

A convolutional network for 28×28 drawings that ships in `recognition/starter/`, so that a fresh clone recognizes
drawings at once: {bytes:,} bytes of LiteRT (dynamic-range int8), {milliseconds:.2f} ms a drawing on one core, {labels}
classes. The weights beside it are what the first retraining goes on from.

## How it was made

    {command}

on {drawings:,} real drawings of Google's Quick, Draw! data set (CC BY 4.0). Which drawings are trained on, which choose
the recipe and which measure it is decided by a hash of their pixels (`recognition/imaging/splits.py`): 80, 10 and 10
in a hundred; mirrored and turned copies fall on the same side.

Its classes are those with at least 500 drawings with official pixels there, and of a list of thinner ones those that
reached a recall of 60 % on their test drawings. Some of these have very few, see the table: a recall measured on ten
drawings says little more than that the class is not hopeless.

The network is a pyramid of 3×3 convolutions with residual blocks on the small maps (`training/network/cnn.py`),
trained with AdamW, one cycle of the learning rate, smoothed labels and random affine maps of each drawing, every other
one mirrored; drawings of thin classes are shown more often. Of a hundred training pictures 20 are drawings as other
hands might have drawn them (`training/augmentation/stroke_augmentation.py`): unfinished, shaky, leaning, with a stray
dot or a frame, or with a thick pen and uploaded. Twelve have no right answer (`training/augmentation/outliers.py`),
so that the network learns when to be confident about nothing: random scribbles, other drawings' strokes thrown
together, and drawings of classes that it does not know. It answers with the average over a drawing and its mirror
image. What was tried and did not pay is in `docs/benchmarks.md`.

## How good it is

On {count:,} test drawings:

| | |
|---|---|
| right (top 1) | {top1:.1%} |
| among the best 3 | {top3:.1%} |
| among the best 5 | {top5:.1%} |
| average class's recall | {macro_recall:.1%} |
| expected calibration error | {ece:.1%} |
| real drawings answered with “I don't know” | {rejected:.1%} |
{foreign}
Confidence is calibrated by one temperature ({temperature:.2f}), fitted on the validation split. At {softening:g} times
that temperature, which leaves more of what speaks for other labels, it is called certainty. Below a certainty of
{threshold:.2f} the answer is “I don't know”: that is the highest threshold that rejects at most 5 % of a class's real
validation drawings, on average over the classes. A blank sheet and a dot are always rejected, before the network is
asked.

{robustness}## What it cannot do

It knows only the classes below and takes everything else for one of them, often with confidence. It was trained on what
people drew in 20 seconds, mostly with a mouse, who were asked in English for a word: other ways to draw the same thing
are under-represented. Its training turned drawings by some 15°, seldom by more than 30°; lying on their side or upside
down it knows only what people drew so. A recall below is an average over everybody who drew; who draws differently may
fare worse.

## Class by class

| class | test drawings | recall | precision | taken most often for |
|---|---|---|---|---|
{classes}
"""

FOREIGN = {
    "scribbles": "scribbles ({count:,} of other people's strokes thrown together)",
    "unknown": "drawings of classes that it never saw ({count:,})",
}

ROBUSTNESS = """\
Held-out drawings, {count} of each class at most, drawn again as people might:

| drawn again | right |
|---|---|
{rows}

"""


def render(facts: Mapping[str, Any]) -> str:
    """Write the card of a starter model, given what `starter.json` holds."""
    metrics = facts["metrics"]
    base = metrics["base"]
    return CARD.format(
        **{name: metrics[name] for name in ("bytes", "milliseconds")},
        **{name: base[name] for name in ("count", "top1", "top3", "top5", "macro_recall", "ece", "rejected")},
        **{name: facts[name] for name in ("command", "drawings", "temperature", "threshold", "softening")},
        labels=len(facts["labels"]),
        foreign="".join(_foreign(words, metrics[name]) for name, words in FOREIGN.items() if name in metrics),
        robustness=_robustness(metrics["robustness"]) if metrics.get("robustness") else "",
        classes="\n".join(_row(label, one) for label, one in base["classes"].items()),
    )


def _foreign(words: str, figures: Mapping[str, Any]) -> str:
    what = words.format(**figures)
    return (
        f"| {what}, answered with “I don't know” | {figures['rejected']:.1%} |\n"
        f"| … told from drawings by certainty (AUROC) | {figures['auroc']:.3f} |\n"
    )


def _robustness(figures: Mapping[str, float]) -> str:
    rows = "\n".join(f"| {words} | {share:.1%} |" for words, share in figures.items())
    return ROBUSTNESS.format(count=DRAWINGS_PER_CLASS, rows=rows)


def _row(label: str, one: Mapping[str, Any]) -> str:
    mistakes = sorted((-count, other) for other, count in one["said"].items() if other != label)[:3]
    taken_for = ", ".join(f"{other} {-count}" for count, other in mistakes)
    return f"| {label} | {one['support']} | {_percent(one['recall'])} | {_percent(one['precision'])} | {taken_for} |"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
