"""Quick, Draw!'s own way to read its files."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def official_binary(path: Path) -> Iterator[dict[str, Any]]:
    """Read as examples/binary_file_parser.py of googlecreativelab/quickdraw-dataset does."""
    with path.open("rb") as file:
        while start := file.read(8):
            (key_id,) = struct.unpack("Q", start)
            (country_code,) = struct.unpack("2s", file.read(2))
            (recognized,) = struct.unpack("b", file.read(1))
            (timestamp,) = struct.unpack("I", file.read(4))
            (strokes,) = struct.unpack("H", file.read(2))
            image = []
            for _ in range(strokes):
                (points,) = struct.unpack("H", file.read(2))
                x = struct.unpack(f"{points}B", file.read(points))
                y = struct.unpack(f"{points}B", file.read(points))
                image.append((x, y))
            yield {"key_id": key_id, "countrycode": country_code, "recognized": recognized, "timestamp": timestamp,
                   "image": image}  # fmt: skip
