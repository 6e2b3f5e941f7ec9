"""Images made to do harm: to run, to stay, to fill the memory, to take for ever."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from PIL import Image
from rest_framework.test import APIClient

from recognition.models import Drawing
from tests.canvas import Canvas, encoded
from tests.factories import strokes_of

DRAWINGS = "/api/v1/drawings/"
CAT = Canvas(size=200).png(strokes_of("cat"))
MARK = b"<script>alert(1)</script>"


def sent(api: APIClient, data: bytes) -> Any:
    return api.post(DRAWINGS, {"image": b64encode(data).decode()})


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(kind: bytes, data: bytes) -> bytes:
    """Return the cat with a chunk more after its head."""
    return CAT[:33] + chunk(kind, data) + CAT[33:]


def zipped() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("index.html", MARK)
    return file.getvalue()


def of_many_scans(scans: int) -> bytes:
    """Return a progressive JPEG whose last scan is repeated."""
    data = encoded(Image.new("L", (1_000, 1_000), 128), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * scans + data[-2:]


@pytest.mark.parametrize(
    "data",
    [
        CAT + MARK,
        CAT + zipped(),
        with_chunk(b"tEXt", b"Comment\0" + MARK),
        encoded(Image.open(BytesIO(CAT)).convert("RGB"), "JPEG", exif=b"Exif\0\0" + MARK, comment=MARK),
    ],
    ids=["html behind it", "zip behind it", "html in a text chunk", "html in EXIF and comment"],
)
def test_nothing_of_a_file_is_kept_or_served_but_28_by_28_pixels(api: APIClient, data: bytes, db: None) -> None:
    answer = sent(api, data)
    assert answer.status_code == 201, answer.content

    drawing = Drawing.objects.get()
    assert (len(drawing.bitmap), drawing.strokes) == (28 * 28, None)
    for field, kind in (("bitmap_url", "image/png"), ("svg_url", "image/svg+xml")):
        served = api.get(answer.json()[field])
        assert served.headers["Content-Type"] == kind
        assert served.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in served.headers["Content-Security-Policy"]
        assert MARK not in served.content
        assert b"PK" + bytes([3, 4]) not in served.content


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"GIF89a" + CAT,
        b"%PDF-1.4\n" + CAT,
        b"<!doctype html>" + CAT,
        encoded(Image.new("RGB", (40, 40)), "TIFF"),
        encoded(Image.new("RGB", (40, 40)), "ICO"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 40 40\n",
    ],
    ids=["svg", "gif before png", "pdf before png", "html before png", "tiff", "ico", "postscript"],
)
def test_what_is_no_plain_image_is_refused(api: APIClient, data: bytes, db: None) -> None:
    answer = sent(api, data)

    assert answer.status_code == 400
    assert answer.json() == {"image": ["The image must be a PNG, JPEG or WebP file."]}
    assert not Drawing.objects.exists()


def test_a_jpeg_of_endless_scans_is_refused_before_it_is_decoded(api: APIClient, db: None) -> None:
    answer = sent(api, of_many_scans(20_000))

    assert answer.status_code == 400
    assert answer.json() == {"image": ["The image is a JPEG of too many scans; at most 50 are allowed."]}


def test_a_jpeg_as_cameras_write_it_is_taken(api: APIClient, db: None) -> None:
    assert sent(api, of_many_scans(3)).status_code == 201


# In a process of its own, whose memory nothing else has filled: prints by how many kilobytes it grew at most.
GROWTH = """
import re, sys
from pathlib import Path
from recognition.imaging.uploaded_image import InvalidImage, image_to_bitmap

def kilobytes(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

small, data = (Path(path).read_bytes() for path in sys.argv[1:])
image_to_bitmap(small)
before = kilobytes("VmRSS")
try:
    image_to_bitmap(data)
except InvalidImage:
    pass
print(kilobytes("VmHWM") - before)
"""


def zeros(megabytes: int) -> bytes:
    """Return so many zeros, compressed."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()


def promising(width: int, height: int) -> bytes:
    """Return a PNG of grey pixels, as many as the head promises."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return CAT[:8] + head + chunk(b"IDAT", zeros(width * height // 1_000_000 + 1)) + chunk(b"IEND", b"")


def animation_of(side: int) -> bytes:
    """Return a WebP whose head promises a canvas of another size than its picture has."""
    data = bytearray(encoded(Image.new("RGBA", (40, 40), (0, 0, 0, 9)), "WEBP"))
    assert data[12:16] == b"VP8X"
    data[24:30] = (side - 1).to_bytes(3, "little") * 2
    return bytes(data)


@pytest.mark.services
@pytest.mark.parametrize(
    "make",
    [
        lambda: with_chunk(b"zTXt", b"Comment\0\0" + zeros(300)),
        lambda: with_chunk(b"iCCP", b"profile\0\0" + zeros(300)),
        lambda: promising(20_000, 20_000),
        lambda: promising(2_000, 2_000),
        lambda: animation_of(16_383),
        lambda: encoded(Image.new("RGBA", (2_000, 2_000), "red")),
        lambda: encoded(Image.new("RGB", (2_000, 2_000), "red"), "JPEG", progressive=True),
        lambda: encoded(Image.new("RGBA", (2_000, 2_000), "red"), "WEBP", lossless=True),
    ],
    ids=[
        "text",
        "profile",
        "400 megapixels",
        "4 megapixels",
        "WebP canvas",
        "largest PNG",
        "largest JPEG",
        "largest WebP",
    ],
)
def test_no_image_of_a_megabyte_takes_much_memory(tmp_path: Path, make: Callable[[], bytes]) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(CAT)
    large.write_bytes(make())
    assert large.stat().st_size < 1_000_000
    grew = subprocess.check_output([sys.executable, "-c", GROWTH, small, large], cwd=settings.BASE_DIR)

    assert int(grew) < 100_000
