"""What is fuzzed: each takes any bytes, tells whether they were accepted, and raises where a promise is broken.

What a reader documents as its answer to bad input is a refusal; anything else that it raises is a defect. What is
accepted is used at once as the site uses it later: stored, read again, drawn, exported.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.exceptions import ParseError

from recognition import starter
from recognition.api.schema.content import JSONParser
from recognition.explain.vector_file import VectorFile
from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.imaging.rasterize import rasterize, svg_to_png
from recognition.imaging.rendering import bitmap_to_png, bitmap_to_svg, strokes_to_fast_svg, strokes_to_svg
from recognition.imaging.simplify import simplify
from recognition.imaging.sketch import Sketch
from recognition.imaging.strokes import InvalidStrokes, parse_strokes
from recognition.imaging.uploaded_image import InvalidImage
from recognition.inference.classifier import Classifier
from recognition.inference.feature_space import FeatureSpace, InvalidFeatures
from recognition.inference.results import Calibration, InvalidArtifact
from recognition.transfer.import_rows import parse_file
from recognition.transfer.import_upload import rows_of_part, split_upload
from recognition.transfer.rows import InvalidFile, InvalidRow
from tests.fuzz import hostile, seeds
from tests.fuzz.mutations import Mutation, mutated, of_jpeg, of_json, of_png, of_webp, of_zip
from training.quickdraw.catalog import Format
from training.quickdraw.errors import CorruptFile
from training.quickdraw.folder import QuickDrawFolder

Target = Callable[[bytes], bool]

AGAIN = 8  # one image in so many is read twice, which takes 10 ms
PICTURES = 64  # one in so many is drawn as large pictures, too, which takes 20 ms
LABELS: list[str] = json.loads((seeds.DATA / "tiny.json").read_text())["labels"]


def strokes(data: bytes) -> bool:
    """Take the body of a request that has strokes."""
    try:
        body = JSONParser().parse(BytesIO(data))
        sketch = Sketch.of_strokes(body.get("strokes"))
    except (ParseError, InvalidStrokes):
        return False
    stored = json.loads(json.dumps(sketch.strokes))
    assert np.array_equal(rasterize(parse_strokes(stored)), sketch.bitmap), "drawn again it looks different"
    simple = simplify(stored)
    assert all(number in range(256) for stroke in simple for axis in stroke for number in axis), "it cannot be packed"
    parse_strokes(simple)
    svg = strokes_to_svg(stored)
    assert "nan" not in svg, "the picture has no place for a point"
    assert "inf" not in svg, "the picture has no place for a point"
    _check_pictures(sketch.bitmap, strokes_to_fast_svg(stored), data)
    return True


def image(data: bytes) -> bool:
    """Take an uploaded image."""
    try:
        sketch = Sketch.of_image(data)
    except InvalidImage as error:
        assert len(str(error)) < 200, "the message is no line for people"
        return False
    if zlib.crc32(data) % AGAIN == 0:
        assert np.array_equal(Sketch.of_image(data).bitmap, sketch.bitmap), "read again it looks different"
    _check_pictures(sketch.bitmap, bitmap_to_svg(sketch.bitmap), data)
    return True


def _check_pictures(bitmap: Bitmap, svg: str | None, data: bytes) -> None:
    assert bitmap.shape == (SIZE, SIZE)
    if zlib.crc32(data) % PICTURES == 0:
        bitmap_to_png(bitmap)
        if svg:
            svg_to_png(svg)


def npy(data: bytes) -> bool:
    """Take bitmaps: as training's data, as an upload to the admin, as a file of the command."""
    with file_of(data, "cat.npy") as path:
        accepted = _is_accepted(lambda: len(QuickDrawFolder(path.parent).bitmaps("cat")), CorruptFile)
        assert _is_accepted(lambda: QuickDrawFolder(path.parent).count_rows("cat", Format.NPY), CorruptFile) == accepted
        imported = list(parse_file(path, None))
    uploaded = _is_accepted(lambda: _uploaded("cat.npy", data), InvalidFile)
    assert uploaded == (not any(isinstance(one, InvalidRow) for one in imported)), "upload and command differ"
    return accepted or uploaded


def ndjson(data: bytes) -> bool:
    """Take lines of strokes, likewise."""
    with file_of(data, "cat.ndjson") as path:
        folder = QuickDrawFolder(path.parent)
        accepted = _is_accepted(lambda: sum(1 for _ in folder.drawings("cat")), CorruptFile)
        _is_accepted(lambda: folder.count_rows("cat", Format.NDJSON), CorruptFile)
        imported = list(parse_file(path, None))
        read_no_further = any(isinstance(one, InvalidRow) and not _has_number(one) for one in imported)
    rows: list[int] = []
    assert _is_accepted(lambda: rows.append(_uploaded("cat.ndjson", data)), InvalidFile) != read_no_further
    assert read_no_further or rows == [len(imported)], "upload and command differ"
    return accepted or any(not isinstance(one, InvalidRow) for one in imported)


def _has_number(error: InvalidRow) -> bool:
    """Tell whether an error is about one row; others are about a file that is read no further."""
    return re.match(r".*/cat\.ndjson:\d", str(error)) is not None


def _uploaded(name: str, data: bytes) -> int:
    """Return how many drawings an upload holds, good ones and bad ones."""
    parts = split_upload(SimpleUploadedFile(name, data))
    return sum(1 for first, part in parts for _ in rows_of_part(part, first))


def served_artifact(data: bytes) -> bool:
    """Take a network as a web process does: only the bytes that were registered."""
    (sound,) = seeds.artifacts()
    classifier = _classifier(data, sha256=hashlib.sha256(sound).hexdigest())
    assert classifier is None or data == sound, "other bytes than those that were registered are served"
    return classifier is not None


def artifact(data: bytes) -> bool:
    """Take a network without looking whether it is the one that was registered."""
    return _classifier(data) is not None


def _classifier(data: bytes, sha256: str | None = None) -> Classifier | None:
    try:
        classifier = Classifier(data, LABELS, Calibration(), sha256=sha256)
        classifier.self_test()
    except InvalidArtifact:
        return None
    return classifier


def features(data: bytes) -> bool:
    """Take the statistics from which new classes are told."""
    return _is_accepted(lambda: FeatureSpace.from_npz(data), InvalidFeatures)


def starter_facts(data: bytes) -> bool:
    """Take what a starter model says of itself."""
    with file_of(data, "starter.json") as path:
        (path.parent / "starter.tflite").write_bytes((starter.FOLDER / "starter.tflite").read_bytes())
        return _is_accepted(lambda: starter.read(path.parent), starter.NoStarterModel)


def vectors(data: bytes) -> bool:
    """Take two files of vectors that a crash or a full disk has left: first the length of the one with the ids."""
    size = int.from_bytes(data[:2], "big")
    with file_of(data[2 : 2 + size], "ids") as path:
        (path.parent / "vectors").write_bytes(data[2 + size :])
        kept = VectorFile(path.parent, seeds.DIMENSIONS)
        before = kept.ids()
        one, other = UUID(int=1), UUID(int=2)
        assert set(kept.missing([one, other])) >= {one, other} - set(before)
        new = kept.missing([one])
        kept.add([one], np.eye(seeds.DIMENSIONS, dtype=np.float32)[:1])
        assert kept.ids() == before + new, "what was there is not what it was"
        nearest = kept.nearest(np.eye(seeds.DIMENSIONS, dtype=np.float32)[0], 3)
        assert not new or nearest[0] == (one, 1) or nearest[0][1] >= 1, "what was added is not found"
        kept.erase([one])
        assert one not in kept.ids(), "what was erased is there"
    return bool(before)


@contextmanager
def file_of(data: bytes, name: str) -> Iterator[Path]:
    with TemporaryDirectory(prefix="doodlesite-fuzz-") as root:
        path = Path(root) / name
        path.write_bytes(data)
        yield path


def _is_accepted(read: Callable[[], object], *refusals: type[Exception]) -> bool:
    try:
        read()
    except refusals:
        return False
    return True


@dataclass(frozen=True)
class Fuzz:
    """A target with the sound inputs that are changed for it, and how."""

    target: Target
    seeds: Callable[[], Sequence[bytes]]
    inside: tuple[Mutation, ...] = ()
    like: str = ""  # the name of a sound target; these inputs are hostile already, and stay as they are

    def input(self, number: int) -> bytes:
        """Return an input, always the same for a number."""
        if self.like:
            return self.seeds()[number % len(self.seeds())]
        return mutated(self.seeds(), self.inside, Random(number))

    def warm_up(self) -> None:
        """Have loaded what is loaded only once."""
        sound = FUZZES[self.like] if self.like else self
        for data in sound.seeds()[:20]:
            self.target(data)


IMAGES = (of_png, of_jpeg, of_webp)
FUZZES = {
    "hostile strokes": Fuzz(strokes, hostile.strokes, like="strokes"),
    "hostile images": Fuzz(image, hostile.images, like="images"),
    "strokes": Fuzz(strokes, seeds.bodies, (of_json,)),
    "images": Fuzz(image, seeds.images, IMAGES),
    "npy files": Fuzz(npy, seeds.npy),
    "ndjson files": Fuzz(ndjson, seeds.ndjson, (of_json,)),
    "artifacts, as served": Fuzz(served_artifact, seeds.artifacts),
    "artifacts, unchecked": Fuzz(artifact, seeds.artifacts),
    "features": Fuzz(features, seeds.features, (of_zip,)),
    "starter.json": Fuzz(starter_facts, seeds.starter_facts, (of_json,)),
    "vector files": Fuzz(vectors, seeds.vectors),
}
