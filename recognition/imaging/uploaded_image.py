"""An uploaded image → the 28×28 bitmap that the network sees."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from recognition.imaging.bitmap import SIZE, Bitmap, ink
from recognition.imaging.foreground import find_foreground
from recognition.imaging.picture.ground import RgbPixels
from recognition.imaging.picture.transparency import flattened
from recognition.imaging.redraw import redraw

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 4_000_000
MIN_SIDE = 16
MAX_JPEG_SCANS = 50  # usually ten; decoding visits the whole picture for each, and 1 MB can hold two minutes of them
JPEG_END_MARKER = b"\xff\xd9"
JPEG_SCAN_MARKER = b"\xff\xda"  # starts a scan; it never occurs in the pixel data
MAX_INK = 250.0  # white pixels of 784; a texture fills more, a drawing of a pen at most 220
DECODED_SIDE = 768  # pixels in which ink is looked for; a million pixels more would cost 20 MB

warnings.simplefilter("error", Image.DecompressionBombWarning)  # an error, not only a message


class InvalidImage(ValueError):
    """The upload is not an image that we accept; the message says why."""


@dataclass(frozen=True)
class FoundDrawing:
    """The drawing in an image.

    bitmap: uint8 (28, 28), white ink (255) on black (0), placed and as thick as rasterized strokes; all black for a
        blank image.
    is_clear: whether it looks like a drawing; otherwise an answer to it is not to be trusted.
    """

    bitmap: Bitmap
    is_clear: bool = True


def image_to_bitmap(data: bytes) -> Bitmap:
    """Return the bitmap of the drawing in a file. Raises InvalidImage. See find_drawing."""
    return find_drawing(data).bitmap


def find_drawing(data: bytes) -> FoundDrawing:
    """Find the drawing in a PNG, JPEG or WebP file of any colours and any line width.

    Raises InvalidImage. Only the header of a file with more than 4 million pixels is read.
    """
    is_cut_off = data.rfind(JPEG_END_MARKER) < data.rfind(JPEG_SCAN_MARKER)
    picture = flattened(_decode(_open(data), is_cut_off=is_cut_off))
    if (bitmap := _resubmitted_bitmap(picture)) is not None:
        return FoundDrawing(bitmap)
    found = find_foreground(picture)
    if not found.mask.any():
        return FoundDrawing(np.zeros((SIZE, SIZE), np.uint8))
    bitmap = redraw(found.mask)
    return FoundDrawing(bitmap, found.is_clear and ink(bitmap) <= MAX_INK)


def _open(data: bytes) -> Image.Image:
    """Read the header of an image, and check it. Raises InvalidImage."""
    if data.startswith(b"\xff\xd8") and data.count(JPEG_SCAN_MARKER) > MAX_JPEG_SCANS:
        raise InvalidImage(f"The image is a JPEG of too many scans; at most {MAX_JPEG_SCANS} are allowed.")
    try:
        # After a missing end, the marker lets libjpeg return what it has read.
        image = Image.open(BytesIO(data + JPEG_END_MARKER), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidImage(f"The image has too many pixels; at most {MAX_PIXELS:,} are allowed.") from error
    except Exception as error:  # Pillow's readers raise all kinds of errors for damaged files
        raise InvalidImage("The image must be a PNG, JPEG or WebP file.") from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise InvalidImage(f"The image has {width:,} × {height:,} pixels; at most {MAX_PIXELS:,} are allowed.")
    if min(width, height) < MIN_SIDE:
        raise InvalidImage(
            f"The image has {width:,} × {height:,} pixels; it must be at least {MIN_SIDE} wide and high."
        )
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise InvalidImage("The image is animated; it must be a still one.")
    return image


def _decode(image: Image.Image, *, is_cut_off: bool) -> Image.Image:
    """Decode an image to RGBA, at most 768 pixels a side, rotated as its EXIF data say. Raises InvalidImage."""
    try:
        image.draft(None, (DECODED_SIDE, DECODED_SIDE))  # decodes a JPEG at a lower resolution
        if image.format == "JPEG" and is_cut_off:
            image = _without_missing_rows(image)
        image = ImageOps.exif_transpose(image)
        if image.mode == "I;16":  # Pillow would cut the values off at 255
            image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
        elif image.mode in ("1", "P"):  # palette indices cannot be averaged
            image = image.convert("RGBA")
        return image.reduce(-(-max(image.size) // DECODED_SIDE)).convert("RGBA")
    except Exception as error:  # as above
        raise InvalidImage("The image is damaged or cut off.") from error


def _without_missing_rows(image: Image.Image) -> Image.Image:
    """Cut off the rows that libjpeg left grey because the file's end is missing. Raises ValueError if it is half."""
    last = np.asarray(image.convert("RGB").crop((image.width - 8, 0, *image.size))).astype(np.int16)  # of each row
    present = 1 + max(np.flatnonzero(np.abs(last - 128).max(axis=(1, 2)) > 1).tolist(), default=-1)
    if present < image.height / 2:
        raise ValueError("More than half of the picture is missing.")
    return image.crop((0, 0, image.width, present))


def _resubmitted_bitmap(picture: RgbPixels) -> Bitmap | None:
    """Return the bitmap if the picture is one of our own PNGs: 28×28 grey squares, the outermost black."""
    side = picture.shape[0] // SIZE
    bitmap = picture[:: side or 1, :: side or 1, 0]
    if bitmap.shape != (SIZE, SIZE) or np.pad(bitmap[1:-1, 1:-1], 1).tobytes() != bitmap.tobytes():
        return None
    squares = np.kron(bitmap, np.ones((side, side), np.uint8))[..., np.newaxis]
    return bitmap.copy() if np.array_equal(np.broadcast_to(squares, picture.shape), picture) else None
