"""Drawings as people's programs save them: strokes on a canvas of any size, pen and colours, as an image file."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import numpy.typing as npt
import pyvips
from PIL import Image

from recognition.imaging.strokes import Strokes


@dataclass(frozen=True)
class Canvas:
    size: int = 450  # pixels a side
    pen: float = 8  # pixels
    left: float = 0.1  # of the side, as the next two
    top: float = 0.2
    extent: float = 0.7  # of the drawing's larger side
    ink: str = "black"
    paper: str = "white"

    def picture(self, strokes: Strokes) -> npt.NDArray[np.uint8]:
        """Draw strokes: (size, size, 4)."""
        xs, ys = ([number for stroke in strokes for number in stroke[axis]] for axis in (0, 1))
        scale = self.extent * self.size / (max(max(xs) - min(xs), max(ys) - min(ys)) or 1)
        dx, dy = self.left * self.size - min(xs) * scale, self.top * self.size - min(ys) * scale
        paths = "".join(
            "M"
            + "L".join(f"{x * scale + dx} {y * scale + dy}" for x, y in zip(stroke[0], stroke[1], strict=True))
            + "l0 0"
            for stroke in strokes
        )
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.size}" height="{self.size}">'
            f'<rect width="100%" height="100%" fill="{self.paper}"/><path d="{paths}" fill="none" stroke="{self.ink}"'
            f' stroke-width="{self.pen}" stroke-linecap="round" stroke-linejoin="round"/></svg>'
        )
        pixels: npt.NDArray[np.uint8] = pyvips.Image.svgload_buffer(svg.encode()).numpy()
        return pixels

    def png(self, strokes: Strokes) -> bytes:
        return encoded(Image.fromarray(self.picture(strokes)))

    def jpeg(self, strokes: Strokes, quality: int) -> bytes:
        return encoded(Image.fromarray(self.picture(strokes)[:, :, :3]), "JPEG", quality=quality)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
