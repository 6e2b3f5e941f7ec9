"""The admin pages of training: runs, the form that starts one, searches for label errors, exports."""

from __future__ import annotations

from training.admin import label_searches, training_runs, version_exports

__all__ = ["label_searches", "training_runs", "version_exports"]
