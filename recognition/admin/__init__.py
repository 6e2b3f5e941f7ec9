"""The admin: one module for each model, the dashboard, and shared widgets."""

from __future__ import annotations

from recognition.admin import schedule
from recognition.admin.drawings import doodle_classes, drawing_admin, feedback, imports, predictions, word_proposals
from recognition.admin.people import accounts, audit_entries, contributors, login_attempts, tokens
from recognition.admin.versions import model_versions, promotions

__all__ = [
    "accounts",
    "audit_entries",
    "contributors",
    "doodle_classes",
    "drawing_admin",
    "feedback",
    "imports",
    "login_attempts",
    "model_versions",
    "predictions",
    "promotions",
    "schedule",
    "tokens",
    "word_proposals",
]
