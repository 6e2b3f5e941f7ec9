from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from recognition.imaging.bitmap import Bitmap
from recognition.imaging.rasterize import rasterize, svg_to_png
from recognition.imaging.rendering import (
    Tile,
    bitmap_to_png,
    bitmap_to_svg,
    link_preview,
    strokes_to_fast_svg,
    strokes_to_svg,
)
from recognition.imaging.strokes import PEN_COLOURS, PEN_WIDTHS, Pens, Strokes

CROSS: Strokes = [[[0, 100], [0, 50]], [[0, 100], [50, 0]], [[50], [10]]]


@pytest.fixture
def bitmap() -> Bitmap:
    return rasterize(CROSS)


def drawn(svg: str, size: int = 304) -> Bitmap:
    """Return the opacity of an SVG drawn at `size` × `size` pixels, as a browser shows it in an <img>."""
    pixels: Bitmap = pyvips.Image.svgload_buffer(svg.encode(), scale=size / 304).numpy()
    return pixels[:, :, 3]


@pytest.mark.parametrize("scale", [1, 8, 20])
def test_a_png_shows_every_pixel_as_a_crisp_square(bitmap: Bitmap, scale: int) -> None:
    image = Image.open(BytesIO(bitmap_to_png(bitmap, scale)))
    assert (image.format, image.mode, image.size) == ("PNG", "L", (28 * scale, 28 * scale))
    assert np.array_equal(np.asarray(image), np.kron(bitmap, np.ones((scale, scale), np.uint8)))


def test_an_svg_shows_the_lines_and_dots_where_they_are() -> None:
    picture = drawn(strokes_to_svg(CROSS))
    assert picture[152, 152] == picture[90, 30] == picture[215, 275] == 255  # the crossing and two ends
    assert picture[114, 152] == 255  # the dot
    assert picture[:80].max() == picture[225:].max() == 0


def test_an_svg_is_one_path_a_stroke_in_the_colour_of_the_text() -> None:
    root = ElementTree.fromstring(strokes_to_svg(CROSS))
    assert (root.get("viewBox"), root.get("stroke"), root.get("fill")) == ("0 0 304 304", "currentColor", "none")
    assert [child.tag for child in root] == ["{http://www.w3.org/2000/svg}path"] * 3


@pytest.mark.parametrize("render", [strokes_to_svg, strokes_to_fast_svg])
def test_every_stroke_keeps_its_colour_and_width(render: Callable[[Strokes, Pens], str]) -> None:
    root = ElementTree.fromstring(render(CROSS, [["blue", "thick"], ["blue", "thick"], ["ink", "thin"]]))
    groups = [(group.get("stroke"), group.get("stroke-width"), len(group)) for group in root]
    assert groups == [("#3646c9", "12", 2), ("currentColor", "3", 1)]


def test_a_stroke_without_a_pen_is_medium_ink() -> None:
    assert strokes_to_svg(CROSS, [["ink", "medium"]]) == strokes_to_svg(CROSS)


def test_a_long_stroke_keeps_its_colour_where_it_is_split() -> None:
    long: Strokes = [[list(range(1_000)), [x * 389 % 1_000 for x in range(1_000)]], [[0], [0]]]
    svg = strokes_to_fast_svg(long, [["red", "medium"], ["green", "medium"]])
    assert svg
    red, green = ElementTree.fromstring(svg)
    assert len(red) > 1 == len(green)


def test_a_png_has_the_colours_of_the_pens() -> None:
    png = svg_to_png(strokes_to_svg(CROSS, [["red", "thick"]] * 3))
    assert Image.open(BytesIO(png)).convert("RGB").getpixel((300, 300)) == (0xD9, 0x3B, 0x30)


def test_colours_are_those_of_the_drawing_page_on_paper() -> None:
    tokens = (Path(__file__).parents[3] / "static/css/tokens.css").read_text()
    on_paper = dict(re.findall(r"--pen-(\w+): light-dark\((#\w+)", tokens))
    assert on_paper | {"ink": "currentColor"} == PEN_COLOURS


def test_widths_are_in_proportion_to_those_of_the_drawing_page() -> None:
    renderer = (Path(__file__).parents[3] / "static/js/draw/canvas/stroke_renderer.js").read_text()
    on_sheet = {name: int(width) for name, width in re.findall(r"(thin|medium|thick): (\d+)", renderer)}
    assert {name: 4 * width for name, width in PEN_WIDTHS.items()} == {name: 3 * on_sheet[name] for name in on_sheet}


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=5))
def test_an_svg_holds_nothing_but_numbers_of_the_drawing(points: list[tuple[float, float]]) -> None:
    strokes = [[[x for x, _ in points], [y for _, y in points]]]
    assert re.fullmatch(r'<svg [^<>]+><path d="M[-0-9. L]+"/></svg>', strokes_to_svg(strokes))


def test_an_uploaded_drawing_has_an_svg_of_its_pixels_black_on_transparent(bitmap: Bitmap) -> None:
    pixels = pyvips.Image.svgload_buffer(bitmap_to_svg(bitmap).encode()).numpy()
    assert np.abs(pixels[:, :, 3].astype(int) - bitmap).max() <= 1
    assert pixels[:, :, :3].max() == 0


def white(title: str, tiles: list[Tile]) -> npt.NDArray[np.bool_]:
    """Return where a link preview is white, as its tiles are."""
    pixels = np.asarray(Image.open(BytesIO(link_preview(title, "", tiles))))
    return np.all(pixels == 255, axis=2)


@pytest.mark.parametrize(("count", "side"), [(1, 566), (2, 300), (3, 240), (4, 230), (5, 230), (6, 230)])
def test_a_link_preview_is_filled_by_the_drawings_there_are(count: int, side: int) -> None:
    tiles = [Tile(strokes_to_svg(CROSS), "" if count == 1 else "cat")] * count
    shown = white("I guessed them all!", tiles)
    rows, columns = np.nonzero(shown)

    assert shown.sum() > 0.8 * count * side**2
    assert abs(rows.min() + rows.max() - 630) < 100
    assert abs(columns.min() - 420 + columns.max() - 1200 + 30) < 60


@pytest.mark.parametrize("title", ["", "x" * 300, "ox " * 300, "дом", "a\nb"])
def test_any_title_fits_beside_the_drawing(title: str) -> None:
    tiles = [Tile(strokes_to_svg(CROSS))]

    assert np.array_equal(white(title, tiles), white("cat", tiles))
