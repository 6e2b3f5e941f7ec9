"""Every drawing that a site has stored, read in every way there is."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import httpx2
import numpy as np
from PIL import Image

from recognition.imaging.rasterize import rasterize
from recognition.imaging.rendering import SCALE
from recognition.imaging.strokes import parse_strokes
from tests.fuzz.visitors import Headers
from tests.fuzz.web_server import WebServer
from tests.official import official_binary
from tests.services.site import PATIENCE, Site

IDS = """
from recognition.models import Drawing
for pk in Drawing.objects.by_people().values_list("pk", flat=True).order_by("created_at"): print(pk)
"""
ACCEPT = """
from recognition.models import DoodleClass, Drawing
Drawing.objects.by_people().update(label=DoodleClass.objects.named("cat"), status=Drawing.Status.ACCEPTED)
"""


@dataclass
class Reading:
    drawings: int = 0
    reads: int = 0
    slowest: float = 0.0  # seconds of the processor
    wrong: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        wrong = ", ".join(f"{what} ({count})" for what, count in self.wrong.items()) or "nothing"
        slowest = f"slowest {self.slowest * 1000:,.0f} ms"
        return f"{self.drawings:,} drawings by {self.reads:,} reads, {slowest}; wrong: {wrong}"


class Reader:
    """Reads drawings as staff, who may see all."""

    def __init__(self, site: Site, web: WebServer, staff: Headers) -> None:
        self._site, self._web, self._staff = site, web, staff
        self._read: set[UUID] = set()
        self.reading = Reading()

    def read_new(self) -> None:
        """Read what the API shows of each drawing that was not read yet, its page and its pictures."""
        new = [pk for pk in self._stored() if pk not in self._read]
        with httpx2.Client(base_url=self._site.url, headers=self._staff, timeout=PATIENCE) as client:
            for pk in new:
                self._read_one(client, pk)
        self._read.update(new)
        self.reading.drawings = len(self._read)

    def read_exports(self) -> None:
        """Export all drawings as accepted ones, in every format, and read the files as anybody would."""
        self._site.manage("shell", "--verbosity", "0", "-c", ACCEPT)
        with TemporaryDirectory() as folder:
            self._site.manage("export_drawings", folder, "--format", "ndjson", "simplified", "bin", "npy", "csv")
            _read_exports(Path(folder) / "full", len(self._stored()), self.reading)

    def _read_one(self, client: httpx2.Client, pk: UUID) -> None:
        detail = self._get(client, f"/api/v1/drawings/{pk}/")
        bitmap = self._get(client, f"/api/v1/drawings/{pk}/bitmap.png")
        for path in (f"/api/v1/drawings/{pk}/drawing.svg", f"/drawings/{pk}/", f"/drawings/{pk}/drawing.png"):
            self._get(client, path)
        strokes = json.loads(detail)["strokes"] if detail else None
        if strokes and bitmap:
            self._get(client, f"/drawings/{pk}/drawing.ndjson")
            seen = np.asarray(Image.open(io.BytesIO(bitmap)))[::SCALE, ::SCALE]
            if not np.array_equal(rasterize(parse_strokes(strokes)), seen):
                self.reading.wrong["drawn again it looks different"] += 1

    def _get(self, client: httpx2.Client, path: str) -> bytes | None:
        with self._web.timed() as took:
            answer = client.get(path)
        self.reading.reads += 1
        self.reading.slowest = max(self.reading.slowest, took.seconds)
        if answer.status_code == 200:
            return answer.content
        self.reading.wrong[f"{answer.status_code} at …/{path.rpartition('/')[2]}"] += 1
        return None

    def _stored(self) -> list[UUID]:
        return [UUID(line) for line in self._site.manage("shell", "--verbosity", "0", "-c", IDS).split()]


def _read_exports(full: Path, drawings: int, reading: Reading) -> None:
    lines: list[Any] = [json.loads(line) for line in (full / "raw" / "cat.ndjson").read_text().splitlines()]
    simple = [json.loads(line) for line in (full / "simplified" / "cat.ndjson").read_text().splitlines()]
    packed = sum(1 for _ in official_binary(full / "binary" / "cat.bin"))
    bitmaps = np.load(full / "numpy_bitmap" / "cat.npy")
    if len(bitmaps) != drawings or not len(lines) == len(simple) == packed:
        reading.wrong["missing in the exports"] += 1
    for line in (*lines, *simple):
        rasterize(parse_strokes(line["drawing"]))
        reading.reads += 1
