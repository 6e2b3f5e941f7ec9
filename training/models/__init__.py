"""Training runs with their weights and checkpoints, searches for label errors, suspected labels, and exports."""

from __future__ import annotations

from training.models.arrays import Checkpoint, StoredAnswers, Weights
from training.models.label_search import LabelSearch, SearchEnded, SearchIsOpen
from training.models.run import AlreadyOpen, LostLease, TrainingRun
from training.models.suspect import Suspect
from training.models.version_export import VersionExport

__all__ = [
    "AlreadyOpen",
    "Checkpoint",
    "LabelSearch",
    "LostLease",
    "SearchEnded",
    "SearchIsOpen",
    "StoredAnswers",
    "Suspect",
    "TrainingRun",
    "VersionExport",
    "Weights",
]
