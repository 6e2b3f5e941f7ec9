"""Data augmentation: distorted drawings, simulated domain shift, outliers, and how batches are sampled from all."""
