"""An uploaded image → the 28×28 picture that the network sees."""

from __future__ import annotations

from recognition.bitmap import Bitmap


class InvalidImage(ValueError):
    """The upload is no image that we take; the message says why."""


def bitmap_of_image(data: bytes) -> Bitmap:
    raise NotImplementedError
