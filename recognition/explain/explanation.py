"""How the network in service comes to its guess about one drawing, level by level, in pictures and plain words."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

import numpy as np

from recognition.explain.feature_map_image import png_of_tiles
from recognition.explain.feature_maps import Maps, insides_of
from recognition.imaging.rendering import bitmap_to_png
from recognition.imaging.sketch import Sketch
from recognition.models import Prediction
from recognition.serving.model_loader import champion
from recognition.serving.predict import guess

SHOWN = 16  # features of a level: two rows
BRIGHTER = 0.7  # exponent that lets weak places be seen beside strong ones

FIRST = "It looks for short pieces of line. Each square shows where one of them, such as an edge, is found."
SECOND = "Half as many pixels a side. Pieces of line add up to corners, bends and ends."
MIDDLE = "Half as many again. Corners and bends add up to parts, such as a wheel or an ear."
LAST = "The parts add up to a whole. Here it hardly matters any more where something is, only that it is there."


@dataclass(frozen=True)
class Level:
    """What one level of the pyramid makes of a drawing."""

    title: str
    sentence: str
    note: str
    alt: str
    picture: str  # data URL of a PNG
    side: int  # pixels of a feature map
    features: int  # there are; those that the drawing excites most are shown
    shown: int


@dataclass(frozen=True)
class Explanation:
    pixels: str  # data URL of what the network sees
    levels: list[Level]
    prediction: Prediction
    classes: int  # that the network tells apart


def explain(sketch: Sketch) -> Explanation:
    """Look into the network in service while it looks at a drawing; nothing is stored. Raises NoModelInService."""
    network = champion()
    found = insides_of(network.version.pk).levels(sketch.bitmap)
    return Explanation(
        pixels=_data_url(bitmap_to_png(sketch.bitmap)),
        levels=[_level(number, maps, len(found)) for number, maps in enumerate(found, start=1)],
        prediction=guess(sketch),
        classes=len(network.version.labels),
    )


def _level(number: int, maps: Maps, levels: int) -> Level:
    strongest = maps[np.argsort(-maps.max(axis=(1, 2)), kind="stable")[:SHOWN]]
    side = maps.shape[-1]
    what = f"{len(strongest)} squares of {side} by {side} pixels, one for each feature."
    return Level(
        title=f"Level {number}: {side} × {side}",
        sentence=_sentence(number, levels),
        note=_note(len(strongest), len(maps)),
        alt=f"{what} {_brightest(strongest[0])}",
        picture=_data_url(png_of_tiles(_shades(strongest))),
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


def _shades(maps: Maps) -> Maps:
    strongest = maps.max()
    shades: Maps = (maps / strongest if strongest > 0 else maps) ** BRIGHTER
    return shades


def _brightest(feature: Maps) -> str:
    """Say where on the drawing a feature is found most, for those who do not see the picture."""
    if not feature.any():
        return "All of them are dark."
    side = feature.shape[-1]
    row, column = ((place + 0.5) / side for place in divmod(int(feature.argmax()), side))
    down = "top" if row < 1 / 3 else "bottom" if row > 2 / 3 else "middle"
    across = "left" if column < 1 / 3 else "right" if column > 2 / 3 else "middle"
    place = "in the middle" if down == across else f"at the {down} {across}"
    return f"The strongest feature is found {place} of the drawing."


def _data_url(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"
