"""What editors and administrators see: one module for each model, the dashboard, and what they share."""

from __future__ import annotations

from recognition.admin import (
    accounts,
    attempts,
    audit_entries,
    contributors,
    doodle_classes,
    drawings,
    feedback,
    imports,
    model_versions,
    predictions,
    promotions,
    schedule,
    tokens,
)

__all__ = [
    "accounts",
    "attempts",
    "audit_entries",
    "contributors",
    "doodle_classes",
    "drawings",
    "feedback",
    "imports",
    "model_versions",
    "predictions",
    "promotions",
    "schedule",
    "tokens",
]
