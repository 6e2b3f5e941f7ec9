"""The admin pages of training: runs, the form that starts one, and searches for label errors."""

from __future__ import annotations

from training.admin import label_searches, training_runs

__all__ = ["label_searches", "training_runs"]
