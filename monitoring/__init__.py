"""Monitors the site: its log, Prometheus metrics, and an operations page. Only `doodlesite` imports it."""
