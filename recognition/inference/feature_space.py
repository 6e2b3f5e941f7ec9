"""The feature space of a network: statistics of its embeddings, to compare drawings and to recognize new classes."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

INT8_STEPS = 127  # the components of unit vectors are stored as int8

ARRAY_NAMES = ("mean", "whitening", "known", "log_odds")


class InvalidFeatures(ValueError):
    """The bytes are damaged, or do not hold a feature space."""


@dataclass(frozen=True)
class FeatureSpace:
    """Statistics of one version's embeddings (d numbers each), from drawings that it recognized.

    mean: (d,).
    whitening: (d, d); `(embeddings - mean) @ whitening` has the same variance in all directions.
    known: (n, d), the unit vectors of some recognized drawings.
    log_odds: (n,), the network's confidence in each of these, as log odds.
    """

    mean: Floats
    whitening: Floats
    known: Floats
    log_odds: Floats

    def directions(self, embeddings: Floats) -> Floats:
        """Return whitened unit vectors (n, d); their dot product is the cosine similarity, -1 to 1."""
        whitened = (embeddings - self.mean) @ self.whitening
        lengths = np.linalg.norm(whitened, axis=1, keepdims=True)
        directions: Floats = whitened / np.maximum(lengths, np.finfo(np.float32).tiny)
        return directions

    def to_npz(self) -> bytes:
        """Serialize it as float16, and `known` as int8: 0.2 kB for each known drawing."""
        file = io.BytesIO()
        np.savez_compressed(
            file,
            allow_pickle=False,
            mean=self.mean.astype(np.float16),
            whitening=self.whitening.astype(np.float16),
            known=np.rint(self.known * INT8_STEPS).astype(np.int8),
            log_odds=self.log_odds.astype(np.float16),
        )
        return file.getvalue()

    @classmethod
    def from_npz(cls, npz: bytes) -> FeatureSpace:
        """Deserialize the output of `to_npz`. Raises InvalidFeatures for anything else."""
        try:
            with np.load(io.BytesIO(npz), allow_pickle=False) as arrays:
                floats = {name: arrays[name].astype(np.float32) for name in ARRAY_NAMES}
        except Exception as error:  # numpy and zipfile raise all kinds of errors for damaged files
            raise InvalidFeatures(f"The statistics of the features are damaged: {error}") from error
        _check(floats)
        return cls(**floats | {"known": floats["known"] / INT8_STEPS})


def _check(arrays: dict[str, Floats]) -> None:
    dimensions, known = arrays["mean"].size, arrays["log_odds"].size
    shapes = [arrays[name].shape for name in ARRAY_NAMES]
    if shapes != [(dimensions,), (dimensions, dimensions), (known, dimensions), (known,)]:
        raise InvalidFeatures(f"The statistics of the features do not fit together: {shapes}.")
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise InvalidFeatures("The statistics of the features hold something that is no number.")


def log_odds(confidence: Floats | float) -> Floats:
    """Return the log odds of confidences, which are clipped to 1e-4 … 1 - 1e-4."""
    clipped = np.clip(np.asarray(confidence, np.float32), 1e-4, 1 - 1e-4)
    odds: Floats = np.log(clipped / (1 - clipped))
    return odds
