"""A file of weights as DoodleNet's."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

from training.quickdraw.folder import QuickDrawFolder


def save_doodlenet(root: Path, labels: list[str]) -> QuickDrawFolder:
    """Save a network of DoodleNet's shape with random weights."""
    random = np.random.default_rng(0)
    channels = [1, 16, 16, 32, 32, 64, 64]
    kernels = [(3, 3, *pair) for pair in pairwise(channels)]
    shapes = [shape for kernel in [*kernels, (576, 512), (512, len(labels))] for shape in (kernel, kernel[-1:])]
    weights = {f"w{index:02d}": random.normal(0, 0.1, shape) for index, shape in enumerate(shapes)}
    (root / "teacher").mkdir()
    np.savez(root / "teacher" / "doodlenet.npz", labels=np.array(labels), **weights)
    return QuickDrawFolder(root)
