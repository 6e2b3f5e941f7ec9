"""Sound inputs that fuzzing starts from: real drawings, images of all kinds that are taken, files that are read."""

from __future__ import annotations

import json
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from recognition.imaging.strokes import Strokes
from recognition.inference.feature_space import FeatureSpace
from tests.canvas import Canvas, encoded
from tests.training.quickdraw.bucket import ndjson_file, npy_file

DIMENSIONS = 8  # of vectors
DATA = Path(__file__).parents[1] / "data"
SAMPLES = Path(__file__).parents[2] / "recognition/starter/samples.ndjson"


@cache
def drawings() -> list[Strokes]:
    """Return official drawings, one with times, and the odd ones that are allowed."""
    official = [json.loads(line)["drawing"] for line in SAMPLES.read_text().splitlines()[:40]]
    timed = [[*stroke, list(range(len(stroke[0])))] for stroke in official[0]]
    return [*official, timed, [[[0], [0]]], [[[1e6, -1e6], [-1e6, 1e6]]], [[[5e-324], [0]], [[0], [1e-6]]]]


@cache
def bodies() -> list[bytes]:
    """Return bodies of requests, as browsers and programs send them."""
    return [json.dumps({"strokes": strokes}).encode() for strokes in drawings()]


@cache
def images() -> list[bytes]:
    """Return images of every format, mode, orientation and kind of compression, small so that much of them is head."""
    picture = Image.open(BytesIO(Canvas(size=64, pen=4).png(drawings()[0]))).convert("RGBA")
    grey = picture.convert("L")
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    turned = Image.Exif()
    turned[0x0112] = 6
    frames = {"save_all": True, "append_images": [picture.rotate(90)]}
    return [
        *(encoded(picture.convert(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA")),
        encoded(deep, "PNG"),
        encoded(grey, "PNG", exif=turned),
        encoded(picture, "PNG", **frames),
        *(encoded(picture.convert(mode), "JPEG") for mode in ("L", "RGB", "CMYK")),
        encoded(grey, "JPEG", progressive=True, exif=turned),
        encoded(picture.convert("RGB"), "JPEG", progressive=True, subsampling=2, restart_marker_blocks=4),
        encoded(picture, "WEBP"),
        encoded(picture, "WEBP", lossless=True, exif=turned),
        encoded(picture, "WEBP", **frames),
        encoded(grey, "GIF"),
        encoded(picture.convert("RGB"), "BMP"),
        encoded(picture.convert("RGB"), "TIFF"),
    ]


@cache
def npy() -> list[bytes]:
    return [npy_file(2), npy_file(0)]


@cache
def ndjson() -> list[bytes]:
    lines = [{"word": "cat", "drawing": strokes, "key_id": str(number)} for number, strokes in enumerate(drawings())]
    return [ndjson_file(2), *(json.dumps(line).encode() + b"\n" for line in lines)]


@cache
def artifacts() -> list[bytes]:
    return [(DATA / "tiny.tflite").read_bytes()]


@cache
def features() -> list[bytes]:
    random = np.random.default_rng(0)
    mean, log_odds = (random.normal(size=size).astype(np.float32) for size in (8, 5))
    whitening, known = (random.normal(size=(rows, 8)).astype(np.float32) for rows in (8, 5))
    known /= np.linalg.norm(known, axis=1, keepdims=True)
    return [FeatureSpace(mean, whitening, known, log_odds).to_npz()]


@cache
def starter_facts() -> list[bytes]:
    return [json.dumps(json.loads((SAMPLES.parent / "starter.json").read_text())).encode()]


@cache
def vectors() -> list[bytes]:
    """Return files of three vectors, the ids behind their length and before the vectors."""
    ids = np.random.default_rng(0).bytes(3 * 16)
    return [len(ids).to_bytes(2, "big") + ids + bytes(range(3 * DIMENSIONS)), bytes(2)]
