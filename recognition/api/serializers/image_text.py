"""Images as text: data URLs and base64, as tools and forms write them."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote

from recognition.imaging.uploaded_image import InvalidImage

URL_SAFE = str.maketrans("-_", "+/")
_QUOTED = re.compile(r"""\s*b?(["'])(.*)\1\s*""", re.DOTALL)  # JSON within JSON; str() of Python's bytes


def decode_base64(text: object) -> bytes:
    """Return the bytes of a data URL or of base64. Raises InvalidImage.

    The base64 may be wrapped, indented, quoted, URL-safe, percent-encoded or without padding.
    """
    if not isinstance(text, str):
        raise InvalidImage("image must be a data URL, base64 or an uploaded file.")
    text = quoted[2] if (quoted := _QUOTED.fullmatch(text)) else text
    head, comma, text = text.rpartition(",")
    if comma and not head.strip().lower().endswith("base64"):
        raise InvalidImage("image is a data URL, but not of the form data:image/png;base64,….")
    text = _without_blanks(unquote(text)).translate(URL_SAFE).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidImage("image is not valid base64: it has other characters, or is cut off.") from error


def _without_blanks(text: str) -> str:
    lines = re.split(r"[^\S ]+|\ufeff", text)
    words = "".join(line.strip(" ") for line in lines).split(" ")
    return ("" if _are_lines(words) else "+").join(words)


def _are_lines(words: list[str]) -> bool:
    """Tell whether the blanks between words stand for line breaks; a form makes them of plus signs as well.

    Lines have one length, and four letters hold three bytes.
    """
    *lines, last = map(len, words)
    is_even = len(set(lines)) == 1 and lines[0] % 4 == 0 and last <= lines[0]
    return is_even and (len(lines) > 1 or last % 4 == 0)
