"""Runs and label searches as jobs: starting, previewing, queueing, running, and showing them."""
