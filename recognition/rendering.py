"""Drawings as files that people look at: PNG and SVG."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

from PIL import Image

from recognition.bitmap import SIZE, Bitmap
from recognition.strokes import Strokes

SCALE = 8  # screen pixels for each pixel of the bitmap


def png_of(bitmap: Bitmap, scale: int = SCALE) -> bytes:
    """Return a bitmap (28, 28) as a greyscale PNG, each of its pixels a crisp square of `scale` × `scale`."""
    image = Image.fromarray(bitmap).resize((SIZE * scale, SIZE * scale), Image.Resampling.NEAREST)
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def svg_of(strokes: Strokes) -> str:
    """Return strokes as an SVG that fits any size: lines in `currentColor`, which is black inside an <img>."""
    xs = [x for stroke in strokes for x in stroke[0]]
    ys = [y for stroke in strokes for y in stroke[1]]
    extent = max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0
    width = extent * 16 / 255  # as thick as the network sees it
    box = (min(xs) - width, min(ys) - width, max(xs) - min(xs) + 2 * width, max(ys) - min(ys) + 2 * width)
    lines = "".join(f'<path d="{_path(stroke[0], stroke[1])}"/>' for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{" ".join(f"{float(side):.6g}" for side in box)}">'
        f'<g fill="none" stroke="currentColor" stroke-width="{width:.6g}" stroke-linecap="round"'
        f' stroke-linejoin="round">{lines}</g></svg>'
    )


def svg_of_bitmap(bitmap: Bitmap) -> str:
    """Return the SVG of a drawing that came as an image and has no strokes: its bitmap (28, 28), white on black."""
    png = b64encode(png_of(bitmap)).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">'
        f'<image width="{SIZE}" height="{SIZE}" href="data:image/png;base64,{png}"/></svg>'
    )


def _path(xs: list[float], ys: list[float]) -> str:
    points = [f"{float(x):.7g} {float(y):.7g}" for x, y in zip(xs, ys, strict=True)]
    return "M" + "L".join(points * 2 if len(points) == 1 else points)
