"""What was trained, from what, how it went, and what it takes to go on from there."""

from __future__ import annotations

from training.models.arrays import Checkpoint, Weights
from training.models.run import AlreadyOpen, LostLease, TrainingRun

__all__ = ["AlreadyOpen", "Checkpoint", "LostLease", "TrainingRun", "Weights"]
