"""Errors about files of the data set; every message is one line for people."""

from __future__ import annotations


class CorruptFile(ValueError):
    """A file is damaged or not what its name says; the message says where and how."""


class MissingFile(LookupError):
    """The folder has no such file."""
