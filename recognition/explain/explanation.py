"""Explains a prediction of the champion with pictures of its feature maps, level by level, and captions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recognition.explain.feature_map_image import feature_map_png
from recognition.explain.feature_maps import Activations, load_feature_maps
from recognition.imaging.rendering import bitmap_to_png, data_url
from recognition.imaging.sketch import Sketch
from recognition.models import Prediction
from recognition.serving.model_loader import champion
from recognition.serving.predict import guess

SHOWN_FEATURES = 16  # of a level: two rows
GAMMA = 0.7  # exponent that makes weak activations visible next to strong ones

FIRST = "It looks for short pieces of line. Each square shows where one of them, such as an edge, is found."
SECOND = "Half as many pixels a side. Pieces of line add up to corners, bends and ends."
MIDDLE = "Half as many again. Corners and bends add up to parts, such as a wheel or an ear."
LAST = "The parts add up to a whole. It hardly matters where something is, only that it is there."


@dataclass(frozen=True)
class Level:
    """The feature maps of one level of the network for a drawing, as a picture with captions."""

    title: str
    sentence: str
    note: str
    alt: str
    picture: str  # data URL of a PNG
    side: int  # pixels of a feature map
    features: int
    shown: int  # features in the picture: those with the strongest activations


@dataclass(frozen=True)
class Explanation:
    """A drawing as the network sees it, its feature maps and its prediction."""

    pixels: str  # data URL of a PNG, the network's input
    levels: list[Level]
    prediction: Prediction
    classes: int  # that the network knows


def explain(sketch: Sketch) -> Explanation:
    """Return an explanation of the champion's prediction for a drawing; stores nothing. Raises NoModelInService."""
    network = champion()
    levels = load_feature_maps(network.version.pk).levels(sketch.bitmap)
    return Explanation(
        pixels=data_url(bitmap_to_png(sketch.bitmap)),
        levels=[_level(number, maps, len(levels)) for number, maps in enumerate(levels, start=1)],
        prediction=guess(sketch),
        classes=len(network.version.labels),
    )


def _level(number: int, maps: Activations, levels: int) -> Level:
    strongest = maps[np.argsort(-maps.max(axis=(1, 2)), kind="stable")[:SHOWN_FEATURES]]
    side = maps.shape[-1]
    caption = f"{len(strongest)} squares of {side} by {side} pixels, one for each feature."
    return Level(
        title=f"Level {number}: {side} × {side}",
        sentence=_sentence(number, levels),
        note=_note(len(strongest), len(maps)),
        alt=f"{caption} {_strongest_place(strongest[0])}",
        picture=data_url(feature_map_png(_shades(strongest))),
        side=side,
        features=len(maps),
        shown=len(strongest),
    )


def _sentence(number: int, levels: int) -> str:
    if number == 1:
        return FIRST
    if number == levels:
        return LAST
    return SECOND if number == 2 else MIDDLE


def _note(shown: int, features: int) -> str:
    return f"The {shown} strongest of its {features} features." if shown < features else f"All its {features} features."


def _shades(maps: Activations) -> Activations:
    """Scale feature maps to 0 to 1 and brighten them."""
    strongest = maps.max()
    shades: Activations = (maps / strongest if strongest > 0 else maps) ** GAMMA
    return shades


def _strongest_place(feature: Activations) -> str:
    """Describe where a feature (side, side) is strongest, for the alternative text of the picture."""
    if not feature.any():
        return "All of them are dark."
    side = feature.shape[-1]
    row, column = ((place + 0.5) / side for place in divmod(int(feature.argmax()), side))
    down = "top" if row < 1 / 3 else "bottom" if row > 2 / 3 else "middle"
    across = "left" if column < 1 / 3 else "right" if column > 2 / 3 else "middle"
    place = "in the middle" if down == across else f"at the {down} {across}"
    return f"The strongest feature is found {place} of the drawing."
