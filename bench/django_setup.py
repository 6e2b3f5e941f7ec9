"""Sets Django up with the settings of the tests. Import it before any models."""

from __future__ import annotations

import os

import django

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()
