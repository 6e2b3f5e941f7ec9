"""Sound inputs made unsound: bytes changed anywhere, and what is inside changed so that the outside still fits."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Sequence
from io import BytesIO
from random import Random
from typing import Any
from zipfile import ZipFile

Mutation = Callable[[bytes, Random], bytes]

NUMBERS: list[Any] = [
    0, -0.0, 1, -1, 255, 256, 0.5, 1e-7, 5e-324, 1e6, -1e6, 1_000_001, 1e15, 1e16, 1e300, 1e999, -1e999, float("nan"),
    10**30, True, None, "1", "", [], {}, [1], 2**31, 2**63,
]  # fmt: skip
MARKS = [b"[", b"]", b"{", b"}", b",", b":", b'"', b"-", b"e9999", b"NaN", b"\\ud800", b"\xff", b"\0", b"9" * 400]
SIZES = [0, 1, 15, 16, 28, 255, 256, 1999, 2000, 2001, 4000, 16_383, 65_535, 2**31 - 1, 2**32 - 1]


def mutated(seeds: Sequence[bytes], inside: Sequence[Mutation], random: Random) -> bytes:
    """Return one of the seeds after up to four changes; one in thirty stays as it is."""
    data = random.choice(seeds)
    for _ in range(random.choice((0, *(1, 2, 3, 4) * 7))):
        data = random.choice((of_bytes, *inside, *inside))(data, random)
    return data[:1_000_000]


def of_bytes(data: bytes, random: Random) -> bytes:
    """Change, take out, put in, repeat or cut off bytes."""
    place = random.randrange(len(data) + 1)
    until = min(len(data), place + random.choice((1, 1, 2, 4, 16, 256)))
    match random.randrange(7):
        case 0:
            return data[:place]
        case 1:
            return data[:place] + data[until:]
        case 2:
            return data[:place] + random.choice(MARKS) + data[place:]
        case 3:
            return data[:until] + data[place:until] * random.choice((1, 1, 100)) + data[until:]
        case 4:
            return data[:place] + random.randbytes(until - place) + data[until:]
        case 5:
            return data[:place] + random.choice(SIZES).to_bytes(4, random.choice(("big", "little"))) + data[place + 4 :]
        case _:
            flipped = bytes(byte ^ (1 << random.randrange(8)) for byte in data[place : place + 1])
            return data[:place] + flipped + data[place + 1 :]


def of_json(data: bytes, random: Random) -> bytes:
    """Change one value of a JSON document, wherever it is; of several lines, of the first."""
    line, newline, others = data.partition(b"\n")
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return of_bytes(data, random)
    changed = _with_one_changed(document, random)
    return json.dumps(changed, separators=(",", ":")).encode() + newline + others


def _with_one_changed(value: Any, random: Random) -> Any:
    """Go down into lists and objects by chance, and change what is found there."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        key = random.choice(list(value))
        return value | {key: _with_one_changed(value[key], random)}
    if isinstance(value, list) and value and random.random() < 0.8:
        place = random.randrange(len(value))
        return [*value[:place], _with_one_changed(value[place], random), *value[place + 1 :]]
    return _changed(value, random)


def _changed(value: Any, random: Random) -> Any:
    if not isinstance(value, list):
        return random.choice([*NUMBERS, random.uniform(-1e6, 1e6), random.randrange(256)])
    match random.randrange(5):
        case 0:
            return value[: random.randrange(len(value) + 1)]
        case 1:
            return value * random.choice((2, 2, 3, 50)) if len(str(value)) < 10_000 else value
        case 2:
            return random.sample(value, len(value))
        case 3:
            return [value]
        case _:
            return random.choice(NUMBERS)


def of_png(data: bytes, random: Random) -> bytes:
    """Change a chunk of a PNG, or what is packed in it, and sign it anew, or no reader would get as far as that."""
    chunks = _chunks(data)
    if not chunks:
        return of_bytes(data, random)
    place = random.randrange(len(chunks))
    kind, content = chunks[place]
    match random.randrange(6):
        case 0:
            del chunks[place]
        case 1:
            chunks.insert(place, chunks[random.randrange(len(chunks))])
        case 2:
            chunks[place] = (
                random.choice((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"fcTL", b"acTL", b"eXIf", b"zTXt")),
                content,
            )
        case 3 if kind == b"IDAT":
            chunks[place] = kind, _repacked(content, random)
        case 4:
            chunks[0] = b"IHDR", _head(random)
        case _:
            chunks[place] = kind, of_bytes(content, random)
    return data[:8] + b"".join(_signed(kind, content) for kind, content in chunks)


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    chunks: list[tuple[bytes, bytes]] = []
    place = 8
    while data[:4] == b"\x89PNG" and place + 12 <= len(data) and len(chunks) < 100:
        size = int.from_bytes(data[place : place + 4], "big")
        chunks.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + size]))
        place += size + 12
    return chunks


def _signed(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _repacked(content: bytes, random: Random) -> bytes:
    try:
        pixels = zlib.decompressobj().decompress(content, 1_000_000)
    except zlib.error:
        return of_bytes(content, random)
    more = bytes(0 if random.random() < 0.95 else 10_000_000)  # a megabyte packs a thousand
    return zlib.compress(of_bytes(pixels, random) + more, 1)


def _head(random: Random) -> bytes:
    width, height = random.choice(SIZES), random.choice(SIZES)
    depth, colour = random.choice((1, 2, 4, 8, 16, 3)), random.choice((0, 2, 3, 4, 6, 1))
    return struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, random.choice((0, 1)))


def of_jpeg(data: bytes, random: Random) -> bytes:
    """Take out, repeat, swap or change a segment of a JPEG."""
    if data[:2] != b"\xff\xd8":
        return of_bytes(data, random)
    segments = [b"\xff" + segment for segment in data[2:].split(b"\xff")[1:]]
    if not segments:
        return of_bytes(data, random)
    place = random.randrange(len(segments))
    match random.randrange(5):
        case 0:
            del segments[place]
        case 1:
            segments[place:place] = [segments[place]] * random.choice((1, 20, 150))
        case 2:
            other = random.randrange(len(segments))
            segments[place], segments[other] = segments[other], segments[place]
        case 3:
            marker = random.choice((0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD, 0xE1, 0xEE, 0xD9, 0xFE))
            segments[place] = bytes((0xFF, marker)) + segments[place][2:]
        case _:
            segments[place] = segments[place][:2] + of_bytes(segments[place][2:], random)
    return data[:2] + b"".join(segments)


def of_webp(data: bytes, random: Random) -> bytes:
    """Change a chunk of a WebP and correct the sizes around it."""
    if data[:4] != b"RIFF" or len(data) < 20:
        return of_bytes(data, random)
    chunks: list[tuple[bytes, bytes]] = []
    place = 12
    while place + 8 <= len(data) and len(chunks) < 100:
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        chunks.append((data[place : place + 4], data[place + 8 : place + 8 + size]))
        place += 8 + size + size % 2
    place = random.randrange(len(chunks))
    kind, content = chunks[place]
    match random.randrange(4):
        case 0:
            del chunks[place]
        case 1:
            chunks.insert(place, chunks[random.randrange(len(chunks))])
        case 2:
            chunks[place] = random.choice((b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"EXIF")), content
        case _:
            chunks[place] = kind, of_bytes(content, random)
    body = b"".join(k + struct.pack("<I", len(c)) + c + bytes(len(c) % 2) for k, c in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def of_zip(data: bytes, random: Random) -> bytes:
    """Change a file in a zip, and pack it anew."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # an earlier change has hit the zip itself
        return of_bytes(data, random)
    if not files:
        return of_bytes(data, random)
    name = random.choice(list(files))
    files[name] = of_bytes(files[name], random)
    if random.random() < 0.1:
        del files[name]
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for one, content in files.items():
            archive.writestr(one, content)
    return file.getvalue()
