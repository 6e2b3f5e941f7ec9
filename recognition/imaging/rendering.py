"""Drawings as SVG and PNG files for people. They are public, and hold nothing but coordinates, pens and pixels."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import chain, groupby, repeat
from operator import itemgetter

import numpy as np
from PIL import Image

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.canvas import CANVAS_SIDE, Point, place_on_canvas, split_paths, svg_paths
from recognition.imaging.strokes import DEFAULT_PEN, PEN_COLOURS, PEN_WIDTHS, Pens, Strokes

SCALE = 8  # screen pixels for each pixel of the bitmap
SHEET_SIZE = (1200, 630)  # pixels, width and height of a link preview; https://ogp.me asks for no size, this fits all
TILE_SIDE = SHEET_SIZE[1] // 2  # pixels of one drawing on it
MAX_FAST_POINTS = 2_500  # no two of them at the same place: no hand draws more, and Cairo could take minutes for them


def bitmap_to_png(bitmap: Bitmap, scale: int = SCALE) -> bytes:
    """Return a bitmap (28, 28) as a greyscale PNG; each pixel becomes a crisp square of `scale` × `scale`."""
    image = Image.fromarray(bitmap).resize((SIZE * scale, SIZE * scale), Image.Resampling.NEAREST)
    return _png(image)


def strokes_to_svg(strokes: Strokes, pens: Pens | None = None) -> str:
    """Return strokes as an SVG of any size, fitted into a square.

    Ink has the colour of the text around it; inside an <img> that is black on transparent. The other colours have
    classes, such as pen-blue, by which a page in dark colours lightens them.
    """
    return _svg([[line] for line in place_on_canvas(strokes)], pens)


def strokes_to_fast_svg(strokes: Strokes, pens: Pens | None = None) -> str | None:
    """Return strokes as an SVG of short lines, which this server renders quickly; None for an endless scribble."""
    paths = split_paths(place_on_canvas(strokes))
    return _svg(paths, pens) if sum(len(path) for line in paths for path in line) <= MAX_FAST_POINTS else None


def _svg(paths: list[list[list[Point]]], pens: Pens | None) -> str:
    """Return an SVG. paths: of each stroke."""
    colour, width = DEFAULT_PEN
    by_pen = groupby(zip(paths, chain(pens or [], repeat(DEFAULT_PEN)), strict=False), key=itemgetter(1))
    groups = (_group(pen, chain.from_iterable(line for line, _ in lines)) for pen, lines in by_pen)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {CANVAS_SIDE:g} {CANVAS_SIDE:g}" fill="none"'
        f' stroke="{PEN_COLOURS[colour]}" stroke-width="{PEN_WIDTHS[width]}" stroke-linecap="round"'
        f' stroke-linejoin="round">{"".join(groups)}</svg>'
    )


def _group(pen: list[str], lines: Iterable[list[Point]]) -> str:
    paths = svg_paths(lines, "%.2f %.2f")
    if pen == DEFAULT_PEN:
        return paths
    colour, width = pen
    return f'<g class="pen-{colour}" stroke="{PEN_COLOURS[colour]}" stroke-width="{PEN_WIDTHS[width]}">{paths}</g>'


def contact_sheet(pngs: Sequence[bytes | None]) -> bytes:
    """Return six PNGs of TILE_SIDE pixels a side in two rows, as a PNG of the size of link previews.

    A tile stays blank for None.
    """
    sheet = Image.new("RGB", SHEET_SIZE, "white")
    left = (SHEET_SIZE[0] - 3 * TILE_SIDE) // 2
    for index, png in enumerate(pngs):
        if png:
            row, column = divmod(index, 3)
            sheet.paste(Image.open(BytesIO(png)), (left + column * TILE_SIDE, row * TILE_SIDE))
    return _png(sheet)


def bitmap_to_svg(bitmap: Bitmap) -> str:
    """Return a bitmap (28, 28) as an SVG, black on transparent; used for drawings without strokes."""
    ink = Image.fromarray(np.stack([np.zeros_like(bitmap), bitmap], axis=-1), "LA")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}"><image width="{SIZE}" height="{SIZE}"'
        f' image-rendering="pixelated" href="data:image/png;base64,{b64encode(_png(ink)).decode()}"/></svg>'
    )


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
