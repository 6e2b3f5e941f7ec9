"""Inputs made to take as long, or as much memory, as the limits allow."""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Callable
from functools import cache

import numpy as np
from PIL import Image

from recognition.imaging.strokes import MAX_POINTS, MAX_STROKES
from recognition.imaging.uploaded_image import MAX_JPEG_SCANS
from tests.canvas import encoded

SIDE = 2_000  # pixels, of an image of four megapixels

Axis = Callable[[int, float], float]  # of a point's number and its share of the whole


def _drawing(x: Axis, y: Axis, strokes: int = 1) -> bytes:
    """Return the body of a request with as many points as are allowed."""
    most = MAX_POINTS // strokes
    points = [[round(axis(index, index / most), 1) for index in range(most)] for axis in (x, y)]
    return json.dumps({"strokes": [points] * strokes}, separators=(",", ":")).encode()


def _circle(turn: float, *, narrowing: bool) -> bytes:
    def axis(function: Callable[[float], float]) -> Axis:
        return lambda index, share: 127 + 127 * function(index * turn) * (1 - share if narrowing else 1)

    return _drawing(axis(math.cos), axis(math.sin))


STROKES: dict[str, Callable[[], bytes]] = {
    "random": lambda: json.dumps(
        {"strokes": np.random.default_rng(0).integers(0, 256, (1, 2, MAX_POINTS)).tolist()}
    ).encode(),
    "spiral": lambda: _circle(2.4, narrowing=True),
    "tight spiral": lambda: _circle(3.1, narrowing=True),
    "fan": lambda: _circle(math.pi * (1 + 1 / 255), narrowing=False),
    "narrowing zigzag": lambda: _drawing(lambda i, share: share * 255, lambda i, share: 255 * (i % 2) * (1 - share)),
    "star": lambda: _drawing(lambda i, _: 255.0 * (i % 2), lambda i, _: i * 7919 % MAX_POINTS * 255 / MAX_POINTS),
    "as many strokes": lambda: _drawing(lambda i, _: i * 101 % 255, lambda i, _: i * 37 % 255, MAX_STROKES),
    "strokes just uncut": lambda: _drawing(lambda i, _: 255.0 * (i % 2), lambda i, _: i * 101 % 250, 79),
    "the same place": lambda: _drawing(lambda *_: 7, lambda *_: 7),
    "tiny": lambda: _drawing(lambda i, _: (i % 3) * 1e-5, lambda i, _: (i % 5) * 1e-5),
}


def _noise(*shape: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8))


def _blocks(channels: int) -> Image.Image:
    """Return coarse noise that packs well."""
    return _noise(100, 100, channels).resize((SIDE, SIDE), Image.Resampling.NEAREST)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _bomb(kind: bytes, head: bytes) -> bytes:
    """Return a PNG with 300 megabytes packed into a chunk."""
    packer = zlib.compressobj(9)
    zeros = b"".join(packer.compress(bytes(1_000_000)) for _ in range(300)) + packer.flush()
    png = encoded(_noise(64, 64))
    return png[:33] + _chunk(kind, head + zeros) + png[33:]


def _scans(mode: str, scans: int) -> bytes:
    """Return a progressive JPEG whose last scan is repeated."""
    data = encoded(Image.new(mode, (SIDE, SIDE), 128), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * scans + data[-2:]


def _promising(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(bytes(1_000_000)))


IMAGES: dict[str, Callable[[], bytes]] = {
    "largest PNG": lambda: encoded(_blocks(4)),
    "largest PNG of 16 bits": lambda: encoded(Image.fromarray(np.asarray(_blocks(3))[..., 0].astype(np.uint16) * 257)),
    "largest WebP": lambda: encoded(_blocks(4), "WEBP", lossless=True, method=0),
    "largest JPEG": lambda: encoded(_blocks(3), "JPEG", progressive=True),
    "largest JPEG of four inks": lambda: encoded(_blocks(3).convert("CMYK"), "JPEG", progressive=True),
    "as many scans": lambda: _scans("RGB", MAX_JPEG_SCANS - 10),  # the ten that it has already
    "endless scans": lambda: _scans("L", 5_000),
    "packed text": lambda: _bomb(b"zTXt", b"Comment\0\0"),
    "packed profile": lambda: _bomb(b"iCCP", b"profile\0\0"),
    "packed pixels": lambda: _bomb(b"IDAT", b""),
    "promises 65,535 × 65,535": lambda: _promising(65_535, 65_535),
    "promises 4,000 × 1,000 and ends": lambda: _promising(4_000, 1_000),
    "longest": lambda: encoded(Image.new("L", (250_000, 16), "white")),
    "noise": lambda: encoded(_noise(700, 700)),
    "comb": lambda: encoded(Image.fromarray(np.tile(np.array([0, 255, 255], np.uint8), (768, 256)))),
}


@cache
def strokes() -> list[bytes]:
    return [make() for make in STROKES.values()]


@cache
def images() -> list[bytes]:
    return [make() for make in IMAGES.values()]
