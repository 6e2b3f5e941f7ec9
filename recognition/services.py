"""The two things that people do here: have a drawing recognized, and say whether that was right."""

from __future__ import annotations
