"""Real servers for the tests that ask for one; each is started once and stopped with the test run."""

from __future__ import annotations
