"""Renders the model card of the starter model, docs/model-card.md, from the facts in starter.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training.config import Preset
from training.evaluation.robustness import DRAWINGS_PER_CLASS
from training.hyperparameters import choose_preset

TEMPLATE = """\
# The starter model

`manage.py export_starter` writes this page. To change it, edit `training/starter/model_card.py`.

The starter model is a convolutional network for 28×28 drawings. It ships in `recognition/starter/`, so that a fresh
clone recognizes drawings at once. Its artifact has {bytes:,} bytes (LiteRT, dynamic-range int8), takes
{milliseconds:.2f} ms a drawing on one core and knows {labels} classes. The folder also holds the weights from which the
first retraining continues.

## Training

    {command}

It was trained on {drawings:,} real drawings from Google's Quick, Draw! data set (CC BY 4.0). A hash of the pixels
assigns each drawing to a split (`recognition/imaging/splits.py`): 80 % train, 10 % validation and 10 % test. Mirrored
and turned copies of a drawing are in the same split. The hyperparameters were chosen on the validation split.

{taught}The recall of a class with ten test drawings, see the table, is very uncertain.

The network has 3×3 convolutions at falling resolutions, with residual blocks at the lowest ones
(`training/network/cnn.py`). It was trained with AdamW, a one-cycle learning rate, label smoothing and random affine
maps. Every other drawing was mirrored, and drawings of rare classes were shown more often. The training images were:

- {augmented:.0f} % stroke-augmented drawings (`training/augmentation/stroke_augmentation.py`): unfinished, shaky,
  leaning, with a stray dot or a frame, or drawn with a thick pen and uploaded.
- {outliers:.0f} % outliers, which belong to no class (`training/augmentation/outliers.py`): random scribbles, mixed
  strokes of several drawings, and drawings of other classes. They teach the network to be unsure about the unknown.
- {plain:.0f} % plain drawings.

The artifact averages over a drawing and its mirror image. `docs/benchmarks.md` lists what else was tried.

## Accuracy

On {count:,} test drawings:

| | |
|---|---|
| right (top 1) | {top1:.1%} |
| among the best 3 | {top3:.1%} |
| among the best 5 | {top5:.1%} |
| mean recall of the classes | {macro_recall:.1%} |
| expected calibration error | {ece:.1%} |
| real drawings answered with “I don't know” | {rejected:.1%} |
{out_of_distribution}
The confidence is calibrated by a temperature of {temperature:.2f}, fitted to the validation split. The certainty is the
confidence at {softening:g} times that temperature, which gives more weight to the other classes. Below a certainty of
{threshold:.2f} the answer is “I don't know”. This threshold is the highest one that rejects at most 5 % of the real
validation drawings, averaged over the classes. A blank sheet and a dot are rejected without the network.

{robustness}## Limitations

The network knows only the classes below and takes other things for one of them, often with confidence. It was trained
on drawings that people made in 20 seconds, mostly with a mouse, when asked in English for a word. Other ways to draw
the same thing are under-represented. In training, drawings were turned by at most 15°. The network
recognizes drawings on their side or upside down only where people drew them so. A recall below is an average
over many people; it may be lower for somebody who draws differently.

## Class by class

| class | test drawings | recall | precision | taken most often for |
|---|---|---|---|---|
{classes}
"""

TAUGHT = """\
It was also taught by [DoodleNet](https://github.com/yining1023/doodleNet), a published network that saw 50,000 drawings
of every word: 95 % of the target of a drawing are DoodleNet's answer to the very picture that the network sees, and the
loss counts how far the scores of all words are from DoodleNet's. The weights of DoodleNet come without a licence. They
are not in this repository, and no site needs them. The command without `--doodlenet` makes a starter model from the
official drawings alone.

The shipped weights did not come from that command, but from four trainings with one seed each, of which each continued
the one before. The command has the settings of the last one, but teaches unfinished drawings their label alone. No
training was repeated with another seed.

| training | epochs of 240,000 images | settings that differ from the next |
|---|---|---|
| 1 | 40 | 90 % of the target and weight 0.3 of the scores; 25 % stroke-augmented images; maps at full strength |
| 2 | 16 | the same once more |
| 3 | 20 | 95 %, weight 1; 40 %, of which unfinished ones were taught DoodleNet's answer to the whole drawing |
| 4 | 20 | maps at 0.4 of their strength, none in the last four epochs; a residual block more at 14 × 14 |

"""

# Titles of the metrics that measure out-of-distribution detection.
OUT_OF_DISTRIBUTION = {
    "scribbles": "scribbles ({count:,}, mixed strokes of test drawings)",
    "unknown": "drawings of other classes ({count:,})",
}

ROBUSTNESS = """\
On test drawings that were distorted, at most {count} of each class:

| distortion | right |
|---|---|
{rows}

"""


def render_model_card(facts: Mapping[str, Any]) -> str:
    """Render the card as Markdown. facts: the content of starter.json."""
    metrics = facts["metrics"]
    base = metrics["base"]
    taught = "--doodlenet" in facts["command"].split()
    hyper = choose_preset(Preset(facts["preset"]), doodlenet=taught)
    titles = {name: title for name, title in OUT_OF_DISTRIBUTION.items() if name in metrics}
    return TEMPLATE.format(
        **{name: metrics[name] for name in ("bytes", "milliseconds")},
        **{name: base[name] for name in ("count", "top1", "top3", "top5", "macro_recall", "ece", "rejected")},
        **{name: facts[name] for name in ("command", "drawings", "temperature", "threshold", "softening")},
        labels=len(facts["labels"]),
        taught=TAUGHT if taught else "",
        augmented=100 * hyper.augmented_share,
        outliers=100 * hyper.outlier_share,
        plain=100 * (1 - hyper.augmented_share - hyper.outlier_share),
        out_of_distribution="".join(_out_of_distribution_rows(title, metrics[name]) for name, title in titles.items()),
        robustness=_robustness(metrics["robustness"]) if metrics.get("robustness") else "",
        classes="\n".join(_class_row(label, entry) for label, entry in base["classes"].items()),
    )


def _out_of_distribution_rows(title: str, metrics: Mapping[str, Any]) -> str:
    return (
        f"| {title.format(**metrics)}, answered with “I don't know” | {metrics['rejected']:.1%} |\n"
        f"| … told from drawings by certainty (AUROC) | {metrics['auroc']:.3f} |\n"
    )


def _robustness(accuracies: Mapping[str, float]) -> str:
    rows = "\n".join(f"| {distortion} | {accuracy:.1%} |" for distortion, accuracy in accuracies.items())
    return ROBUSTNESS.format(count=DRAWINGS_PER_CLASS, rows=rows)


def _class_row(label: str, metrics: Mapping[str, Any]) -> str:
    mistakes = sorted((-count, other) for other, count in metrics["said"].items() if other != label)[:3]
    taken_for = ", ".join(f"{other} {-count}" for count, other in mistakes)
    recall, precision = _percent(metrics["recall"]), _percent(metrics["precision"])
    return f"| {label} | {metrics['support']} | {recall} | {precision} | {taken_for} |"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
