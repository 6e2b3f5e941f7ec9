"""Training runs with their weights and checkpoints, searches for label errors, and suspected labels."""

from __future__ import annotations

from training.models.arrays import Checkpoint, Weights
from training.models.label_search import LabelSearch, SearchEnded, SearchIsOpen
from training.models.run import AlreadyOpen, LostLease, TrainingRun
from training.models.suspect import Suspect

__all__ = [
    "AlreadyOpen",
    "Checkpoint",
    "LabelSearch",
    "LostLease",
    "SearchEnded",
    "SearchIsOpen",
    "Suspect",
    "TrainingRun",
    "Weights",
]
