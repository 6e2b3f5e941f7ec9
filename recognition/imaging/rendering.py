"""Drawings as SVG and PNG files for people. They are public, and hold nothing but coordinates, pens and pixels."""

from __future__ import annotations

import textwrap
from base64 import b64encode
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import chain, groupby, repeat
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.canvas import CANVAS_SIDE, Point, place_on_canvas, split_paths, svg_paths
from recognition.imaging.strokes import DEFAULT_PEN, PEN_COLOURS, PEN_WIDTHS, Pens, Strokes

SCALE = 8  # screen pixels for each pixel of the bitmap
STATIC = Path(__file__).parents[2] / "static"
PREVIEW_SIZE = (1200, 630)  # pixels, width and height of a link preview; https://ogp.me asks for no size, this fits all
TEXT_WIDTH = 340  # pixels on its left
GAP = 24  # pixels between its drawings
CAPTION_HEIGHT = 48  # pixels
HAND, TEXT = "shantell-sans-600.woff2", "figtree.woff2"
PAPER, INK, INK_SOFT, MARKER = "#faf5ec", "#24232e", "#5f5b68", "#ffdf5e"  # of static/css/tokens.css
MAX_FAST_POINTS = 2_500  # no two of them at the same place: no hand draws more, and Cairo could take minutes for them


def bitmap_to_png(bitmap: Bitmap, scale: int = SCALE) -> bytes:
    """Return a bitmap (28, 28) as a greyscale PNG; each pixel becomes a crisp square of `scale` × `scale`."""
    image = Image.fromarray(bitmap).resize((SIZE * scale, SIZE * scale), Image.Resampling.NEAREST)
    return _png(image)


def data_url(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"


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


class Tile(NamedTuple):
    """A drawing on a link preview."""

    svg: str
    caption: str = ""
    is_marked: bool = False  # the caption, as with a highlighter


def link_preview(title: str, note: str, tiles: Sequence[Tile]) -> bytes:
    """Return a PNG of PREVIEW_SIZE: the mascot and the texts on the left, at most six drawings on the right."""
    from recognition.imaging.rasterize import svg_to_png  # pyvips: only processes that render load it

    preview = Image.new("RGB", PREVIEW_SIZE, PAPER)
    draw = ImageDraw.Draw(preview)
    mascot = Image.open(BytesIO(svg_to_png((STATIC / "img" / "face.svg").read_text(), 190)))
    corner = (56, 70)
    on_paper = preview.crop((*corner, corner[0] + 190, corner[1] + 190))
    preview.paste(ImageChops.multiply(on_paper, mascot.convert("RGB")), corner)
    _write(draw, title, (64, 290), (TEXT_WIDTH, 170), HAND, (72, 60, 48, 38), INK)
    _write(draw, note, (64, 480), (TEXT_WIDTH, 100), TEXT, (30, 26), INK_SOFT)
    places = _places(len(tiles), has_captions=any(tile.caption for tile in tiles))
    for tile, (left, top, side) in zip(tiles, places, strict=True):
        draw.rounded_rectangle((left, top, left + side, top + side), 24, "white")
        preview.paste(Image.open(BytesIO(svg_to_png(tile.svg, side - 32))), (left + 16, top + 16))
        if tile.is_marked:
            width = min(side, _font(HAND, 30).getlength(tile.caption) + 16)
            draw.rounded_rectangle((left, top + side + 20, left + width, top + side + 44), 8, MARKER)
        _write(draw, tile.caption, (left + 8, top + side + 6), (side, CAPTION_HEIGHT), HAND, (30, 24, 18), INK)
    return _png(preview)


def _places(count: int, *, has_captions: bool) -> list[tuple[int, int, int]]:
    """Return left, top and side of each of up to six squares, which fill the right of a link preview."""
    columns = {1: 1, 2: 2, 4: 2}.get(count, 3)
    rows = -(-count // columns)
    left, width, height = (
        2 * GAP + TEXT_WIDTH + 32,
        PREVIEW_SIZE[0] - TEXT_WIDTH - 32 - 3 * GAP,
        PREVIEW_SIZE[1] - 2 * GAP,
    )
    caption = CAPTION_HEIGHT if has_captions else 0
    side = min(width // columns, height // max(1, rows) - caption) - GAP
    places = []
    for row in range(rows):
        in_row = min(columns, count - row * columns)
        first = left + (width - in_row * (side + GAP)) // 2  # also a shorter last row is centred
        top = (PREVIEW_SIZE[1] + GAP - rows * (side + GAP + caption)) // 2 + row * (side + GAP + caption)
        places += [(first + column * (side + GAP), top, side) for column in range(in_row)]
    return places


def _write(
    draw: ImageDraw.ImageDraw,
    text: str,
    corner: tuple[int, int],
    size: tuple[int, int],
    name: str,
    heights: Sequence[int],
    colour: str,
) -> None:
    """Write a text in lines, in the largest of `heights` (pixels) that fits; in the last one it is cut off."""
    for height in heights:
        font, most_lines = _font(name, height), max(1, size[1] // round(height * 1.25))
        lines = textwrap.wrap(text, max(1, int(size[0] / height / 0.55)), max_lines=most_lines, placeholder="…")
        if "…" not in "".join(lines) and all(font.getlength(line) <= size[0] for line in lines):
            break
    draw.multiline_text(corner, "\n".join(lines), colour, font, spacing=height // 5)


def _font(name: str, height: int) -> ImageFont.FreeTypeFont:
    """Open one of the site's fonts. Threads cannot share one."""
    font = ImageFont.truetype(STATIC / "vendor" / "fonts" / name, height)
    if name == TEXT:
        font.set_variation_by_name("Medium")
    return font


def bitmap_to_svg(bitmap: Bitmap) -> str:
    """Return a bitmap (28, 28) as an SVG, black on transparent; used for drawings without strokes."""
    ink = Image.fromarray(np.stack([np.zeros_like(bitmap), bitmap], axis=-1), "LA")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}"><image width="{SIZE}" height="{SIZE}"'
        f' image-rendering="pixelated" href="{data_url(_png(ink))}"/></svg>'
    )


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
