"""Drawings as files that people look at: PNG and SVG. They are served to everybody and hold nothing but numbers."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO

import numpy as np
import pyvips
from PIL import Image

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.rasterize import SIDE, Point, pieces, placed
from recognition.imaging.strokes import Strokes

SCALE = 8  # screen pixels for each pixel of the bitmap
PICTURE = 600  # pixels of a side, as links to a drawing show it elsewhere
PREVIEW = (1200, 630)  # https://ogp.me asks for no size; this one fits everywhere
PEN = 6  # units of the sheet; thinner than what the network sees, as people drew it
SCRIBBLE = 2_500  # points, no two of them the same place: no hand draws more, and Cairo could take minutes for them


def png_of(bitmap: Bitmap, scale: int = SCALE) -> bytes:
    """Return a bitmap (28, 28) as a greyscale PNG, each of its pixels a crisp square of `scale` × `scale`."""
    image = Image.fromarray(bitmap).resize((SIZE * scale, SIZE * scale), Image.Resampling.NEAREST)
    return _png(image)


def svg_of(strokes: Strokes) -> str:
    """Return strokes as an SVG of any size, fitted into a square.

    The lines have the colour of the text around them; inside an <img> that is black on transparent.
    """
    return _svg(placed(strokes))


def svg_to_draw(strokes: Strokes) -> str | None:
    """Return strokes as an SVG that is drawn here in a moment, cut into short lines; None for an endless scribble."""
    lines = pieces(placed(strokes))
    return _svg(lines) if sum(map(len, lines)) <= SCRIBBLE else None


def _svg(lines: list[list[Point]]) -> str:
    paths = "".join(f'<path d="{_path(points)}"/>' for points in lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE:g} {SIDE:g}" fill="none" stroke="currentColor"'
        f' stroke-width="{PEN}" stroke-linecap="round" stroke-linejoin="round">{paths}</svg>'
    )


def png_of_svg(svg: str, side: int = PICTURE) -> bytes:
    """Return an SVG as a PNG of `side` × `side` pixels, black on white."""
    png: bytes = pyvips.Image.thumbnail_buffer(svg.encode(), side).flatten(background=255).pngsave_buffer()
    return png


def png_of_six(svgs: Sequence[str | None]) -> bytes:
    """Return drawings side by side in two rows, as a PNG of the size that previews of links have; None stays blank."""
    side = PREVIEW[1] // 2
    sheet = Image.new("RGB", PREVIEW, "white")
    left = (PREVIEW[0] - 3 * side) // 2
    for index, svg in enumerate(svgs):
        if svg:
            row, column = divmod(index, 3)
            sheet.paste(Image.open(BytesIO(png_of_svg(svg, side))), (left + column * side, row * side))
    return _png(sheet)


def svg_of_bitmap(bitmap: Bitmap) -> str:
    """Return the SVG of a drawing that came as an image: its bitmap (28, 28), black on transparent."""
    ink = Image.fromarray(np.stack([np.zeros_like(bitmap), bitmap], axis=-1), "LA")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}"><image width="{SIZE}" height="{SIZE}"'
        f' image-rendering="pixelated" href="data:image/png;base64,{b64encode(_png(ink)).decode()}"/></svg>'
    )


def _path(points: list[Point]) -> str:
    if len(points) == 1:
        points = points * 2  # SVG draws nothing for a lone point, a dot for a line of no length
    return "M" + "L".join([f"{x:.2f} {y:.2f}" for x, y in points])


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
