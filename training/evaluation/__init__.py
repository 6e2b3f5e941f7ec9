"""Evaluates model versions: metrics, calibration, robustness, out-of-distribution detection and the promotion gate."""
