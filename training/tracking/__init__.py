"""Copies of a run for tools that people compare trainings with: MLflow and TensorBoard, off by default."""
