"""Watches the site run: its log, figures for Prometheus, a page of them for operators. Only the wiring imports it."""
