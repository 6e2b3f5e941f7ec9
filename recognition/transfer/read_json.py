"""Reads drawings as JSON: one a line, or as the elements of an array, with one of them in memory at a time."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO

from recognition.transfer.rows import MAX_ROW_BYTES, InvalidFile, Row

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CHUNK_BYTES = 1 << 16
_BETWEEN = re.compile(r"[\s,]*")


def read_lines(file: IO[bytes], *, is_json: bool) -> Iterator[Row]:
    """Yield a row for each line that is not blank, or for each element of an array. Raises InvalidFile, OSError.

    is_json: an object may go on over many lines.
    """
    is_first = True
    for number, line in enumerate(iter(lambda: file.readline(MAX_ROW_BYTES), b""), start=1):
        if number == 1 and line.startswith(UTF_16):
            raise InvalidFile("It is UTF-16; save it as UTF-8.")
        head = line.removeprefix(codecs.BOM_UTF8).lstrip()  # of each line, as files are put together
        line = head.rstrip()
        if not line:
            continue
        if is_first and (line.startswith(b"[") or is_json or b"\r" in line):  # which ended lines on old Macs
            yield from _read_values(file, head)
            return
        if len(line) >= MAX_ROW_BYTES - 2:
            raise InvalidFile(f"Line {number:,} is longer than 1 MiB; nothing is read from there on.")
        yield Row(number, line)
        is_first = False


def _read_values(file: IO[bytes], head: bytes) -> Iterator[Row]:
    """Yield the elements of an array, or objects one after the other."""
    decoder, utf8 = json.JSONDecoder(), codecs.getincrementaldecoder("utf-8")("replace")
    text, number = utf8.decode(head), 0
    is_array = text.startswith("[")
    position = 1 if is_array else 0
    while True:
        position = _end_of_gap(text, position)
        if is_array and text.startswith("]", position):
            return
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            text, position = text[position:], 0
            more = file.read(CHUNK_BYTES) if len(text) <= MAX_ROW_BYTES else b""
            if not more and (text or is_array):
                raise InvalidFile(f"It is no JSON after {number:,} drawings; nothing is read from there on.") from error
            if not more:
                return
            text += utf8.decode(more)
        else:
            number += 1
            yield Row(number, json.dumps(value).encode())


def _end_of_gap(text: str, position: int) -> int:
    found = _BETWEEN.match(text, position)
    return found.end() if found else position
