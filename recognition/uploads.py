"""An uploaded image → the 28×28 picture that the network sees."""

from __future__ import annotations

import warnings
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from recognition.bitmap import SIZE, Bitmap

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 4_000_000


class InvalidImage(ValueError):
    """The upload is no image that we take; the message says why."""


def bitmap_of_image(data: bytes) -> Bitmap:
    """Return what the network sees of an image file: uint8 (28, 28), white ink on black, all black if it is blank.

    Raises InvalidImage.
    """
    grey = _read(data)
    ink = np.abs(np.asarray(grey, np.int32) - int(np.median(np.asarray(grey))))
    if ink.max() < 32:
        return np.zeros((SIZE, SIZE), np.uint8)
    rows, columns = np.nonzero(ink.max(1) > 64)[0], np.nonzero(ink.max(0) > 64)[0]
    box = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    image = Image.fromarray(np.clip(ink * 255 // ink.max(), 0, 255).astype(np.uint8)).crop(box)
    image = ImageOps.contain(image, (25, 25), Image.Resampling.BOX)
    sheet = Image.new("L", (SIZE, SIZE))
    sheet.paste(image, ((SIZE - image.width) // 2, (SIZE - image.height) // 2))
    return np.asarray(sheet)


def _read(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(data), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise InvalidImage(
                    f"The image has {image.width} × {image.height} pixels; at most 4 million are allowed."
                )
            rgba = ImageOps.exif_transpose(image).convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, InvalidImage):
            raise
        raise InvalidImage("The file is no PNG, JPEG or WebP image, or it is damaged.") from error
    sheet = Image.new("RGBA", rgba.size, "white")
    return Image.alpha_composite(sheet, rgba).convert("L")
