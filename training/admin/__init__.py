"""What administrators see of training: the runs, and the form that starts one."""

from __future__ import annotations

from training.admin import training_runs

__all__ = ["training_runs"]
