"""Strokes in Quick, Draw!'s own shape."""

from __future__ import annotations

Strokes = list[list[list[float]]]  # [[[x…], [y…], [t…]], …], y down, t milliseconds and optional


class InvalidStrokes(ValueError):
    """The strokes are not what the contract says; the message says what and where."""


def parse_strokes(value: object) -> Strokes:
    raise NotImplementedError
