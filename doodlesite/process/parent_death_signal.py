"""Processes that do not outlive the one that started them, even when that one is killed without a chance to say so."""

from __future__ import annotations

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def die_with_parent(parting: signal.Signals = signal.SIGTERM) -> None:
    """Have Linux send `parting` to this process as soon as its parent dies; elsewhere nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, parting)
