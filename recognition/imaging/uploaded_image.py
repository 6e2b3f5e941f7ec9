"""An uploaded image → the 28×28 picture that the network sees."""

from __future__ import annotations

import warnings
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.foreground import Picture, ink_of
from recognition.imaging.redraw import redraw

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 4_000_000
SMALLEST_SIDE = 16
MOST_SCANS = 50  # of a JPEG, usually ten: each goes over the whole picture, and 1 MB has room for two minutes of them
SCAN = b"\xff\xda"  # how one begins; among the pixels a 0xff is never followed by 0xda
ENOUGH = 768  # pixels a side to find the ink in; a million more would cost 20 MB

warnings.simplefilter("error", Image.DecompressionBombWarning)  # it would only be printed


class InvalidImage(ValueError):
    """The upload is no image that we take; the message says why."""


def image_to_bitmap(data: bytes) -> Bitmap:
    """Return what the network sees of the drawing in a PNG, JPEG or WebP file, whatever its colours and its pen.

    Returns uint8 (28, 28), white ink (255) on black (0), placed and as thick as strokes are; all black for a blank
    image. Raises InvalidImage; of a file with more than 4 million pixels no more than the head is read.
    """
    image = _upright(_opened(data))
    for paper in ("white", "black"):  # light ink on nothing shows on black alone
        picture = _laid_on(paper, image)
        if (bitmap := _bitmap_in(picture)) is not None:
            return bitmap
        ink = ink_of(picture)
        if ink.any():
            return redraw(ink)
    return np.zeros((SIZE, SIZE), np.uint8)


def _opened(data: bytes) -> Image.Image:
    """Return an image of which only the head was read."""
    if data.startswith(b"\xff\xd8") and data.count(SCAN) > MOST_SCANS:
        raise InvalidImage(f"The image is a JPEG of too many scans; at most {MOST_SCANS} are allowed.")
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidImage(f"The image has too many pixels; at most {MOST_PIXELS:,} are allowed.") from error
    except Exception as error:  # Pillow's readers raise whatever a damaged file makes them stumble over
        raise InvalidImage("The image must be a PNG, JPEG or WebP file.") from error
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise InvalidImage(f"The image has {width:,} × {height:,} pixels; at most {MOST_PIXELS:,} are allowed.")
    if min(width, height) < SMALLEST_SIDE:
        raise InvalidImage(
            f"The image has {width:,} × {height:,} pixels; it must be at least {SMALLEST_SIDE} wide and high."
        )
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise InvalidImage("The image is animated; it must be a still one.")
    return image


def _upright(image: Image.Image) -> Image.Image:
    """Decode an image: RGBA, turned as its EXIF data say, at most 768 pixels a side."""
    try:
        image.draft(None, (ENOUGH, ENOUGH))  # a JPEG need not be decoded finer
        ImageOps.exif_transpose(image, in_place=True)
        if image.mode == "I;16":  # Pillow would cut the values off at 255
            image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
        elif image.mode in ("1", "P"):  # whose pixels cannot be averaged
            image = image.convert("RGBA")
        return image.reduce(-(-max(image.size) // ENOUGH)).convert("RGBA")
    except Exception as error:  # as above
        raise InvalidImage("The image is damaged or cut off.") from error


def _laid_on(paper: str, image: Image.Image) -> Picture:
    """Return an RGBA image as it looks on paper of a colour: uint8 (height, width, 3)."""
    sheet = Image.new("RGBA", image.size, paper)
    return np.asarray(Image.alpha_composite(sheet, image).convert("RGB"))


def _bitmap_in(picture: Picture) -> Bitmap | None:
    """Return the bitmap if that is what somebody sent back: 28×28 squares, grey, the outermost black."""
    side = picture.shape[0] // SIZE
    bitmap = picture[:: side or 1, :: side or 1, 0]
    if bitmap.shape != (SIZE, SIZE) or np.pad(bitmap[1:-1, 1:-1], 1).tobytes() != bitmap.tobytes():
        return None
    squares = np.kron(bitmap, np.ones((side, side), np.uint8))[..., np.newaxis]
    return bitmap.copy() if np.array_equal(np.broadcast_to(squares, picture.shape), picture) else None
