"""Where the drawings that a network knows lie among its features: what drawings are compared in, and told from."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

STEPS = 127  # a direction's numbers are stored as int8


NAMES = ("mean", "whitening", "known", "log_odds")


class InvalidFeatures(ValueError):
    """The bytes are damaged, or do not hold what drawings are compared in."""


@dataclass(frozen=True)
class FeatureSpace:
    """The statistics of one version's embeddings (d numbers each), from drawings that it recognized.

    mean: (d,).
    whitening: (d, d); embeddings less the mean, times it, vary alike in all directions.
    known: (n, d), the directions of some drawings that were recognized.
    log_odds: (n,), how sure the network was of each.
    """

    mean: Floats
    whitening: Floats
    known: Floats
    log_odds: Floats

    def directions(self, embeddings: Floats) -> Floats:
        """Return unit vectors (n, d), whose dot product says how alike two drawings are: -1 to 1."""
        whitened = (embeddings - self.mean) @ self.whitening
        lengths = np.linalg.norm(whitened, axis=1, keepdims=True)
        directions: Floats = whitened / np.maximum(lengths, np.finfo(np.float32).tiny)
        return directions

    def to_npz(self) -> bytes:
        """Return it in 0.2 kB a known drawing: halves of floats, and directions in steps of 1/127."""
        file = io.BytesIO()
        np.savez_compressed(
            file,
            allow_pickle=False,
            mean=self.mean.astype(np.float16),
            whitening=self.whitening.astype(np.float16),
            known=np.rint(self.known * STEPS).astype(np.int8),
            log_odds=self.log_odds.astype(np.float16),
        )
        return file.getvalue()

    @classmethod
    def from_npz(cls, npz: bytes) -> FeatureSpace:
        """Read what `to_npz` wrote. Raises InvalidFeatures for anything else."""
        try:
            with np.load(io.BytesIO(npz), allow_pickle=False) as arrays:
                floats = {name: arrays[name].astype(np.float32) for name in NAMES}
        except Exception as error:  # numpy and zipfile raise whatever a damaged file makes them stumble over
            raise InvalidFeatures(f"The statistics of the features are damaged: {error}") from error
        _check(floats)
        return cls(**floats | {"known": floats["known"] / STEPS})


def _check(arrays: dict[str, Floats]) -> None:
    dimensions, known = arrays["mean"].size, arrays["log_odds"].size
    shapes = [arrays[name].shape for name in NAMES]
    if shapes != [(dimensions,), (dimensions, dimensions), (known, dimensions), (known,)]:
        raise InvalidFeatures(f"The statistics of the features do not fit together: {shapes}.")
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise InvalidFeatures("The statistics of the features hold something that is no number.")


def log_odds(confidence: Floats | float) -> Floats:
    """Return how sure a confidence is on a scale without ends; certainty counts as 9,999 to 1."""
    share = np.clip(np.asarray(confidence, np.float32), 1e-4, 1 - 1e-4)
    odds: Floats = np.log(share / (1 - share))
    return odds
