"""Ends a process when its parent dies, even if the parent was killed and could not signal it."""

from __future__ import annotations

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def die_with_parent(death_signal: signal.Signals = signal.SIGTERM) -> None:
    """Have Linux send `death_signal` to this process when its parent dies; on other systems nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)
