"""The networks: pyramids of 3×3 convolutions over 28×28 pictures, with residual blocks where the maps are small."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Architecture:
    """One level of the pyramid per entry; 2×2 max-pooling halves the maps between levels: 28, 14, 7, 4 pixels a side.

    channels: how many features each level has, no two levels in a row alike.
    blocks: how many residual blocks follow the convolution of each level.
    """

    channels: tuple[int, ...]
    blocks: tuple[int, ...]


def build(architecture: Architecture, classes: int, precision: str = "float32") -> keras.Model:
    """Build an untrained network: float (n, 28, 28, 1) of 0 to 1 in, float32 logits (n, classes) out.

    precision: "float32", or "mixed_bfloat16" to compute in bfloat16 with float32 weights.
    """
    import keras

    policy = keras.DTypePolicy(precision)
    images = keras.Input((SIZE, SIZE, 1))
    features = images
    for level, (channels, blocks) in enumerate(zip(architecture.channels, architecture.blocks, strict=True)):
        if level:
            features = keras.layers.MaxPooling2D(padding="same", dtype=policy)(features)
        features = _convolve(features, channels, policy)
        for _ in range(blocks):
            features = _residual_block(features, channels, policy)
    pooled = keras.layers.GlobalAveragePooling2D(dtype=policy)(features)
    logits = keras.layers.Dense(classes, dtype="float32", name="logits")(pooled)
    return keras.Model(images, logits)


def architecture_of(weights: Iterable[npt.NDArray[np.generic]]) -> Architecture:
    """Tell the architecture from a network's weights, whatever the presets are by now.

    A convolution that changes the number of features starts a level; two that do not are a residual block.
    """
    kernels = [weight.shape for weight in weights if weight.ndim == 4]  # (3, 3, features in, features out)
    starts = [index for index, (_, _, taken, given) in enumerate(kernels) if taken != given]
    ends = [*starts[1:], len(kernels)]
    blocks = tuple((end - start - 1) // 2 for start, end in zip(starts, ends, strict=True))
    return Architecture(tuple(kernels[start][-1] for start in starts), blocks)


def fastest_precision() -> str:
    """Return how to compute here: bfloat16 is 1.4 times as fast where the processor has it, and slow where not."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return "float32"
    return "mixed_bfloat16" if "bf16" in flags else "float32"


def _convolve(features: Any, channels: int, policy: keras.DTypePolicy, *, relu: bool = True) -> Any:
    import keras

    features = keras.layers.Conv2D(channels, 3, padding="same", use_bias=False, dtype=policy)(features)
    features = _fused_batch_normalization()(dtype=policy)(features)
    return keras.layers.ReLU(dtype=policy)(features) if relu else features


def _residual_block(features: Any, channels: int, policy: keras.DTypePolicy) -> Any:
    import keras

    change = _convolve(features, channels, policy)
    change = _convolve(change, channels, policy, relu=False)
    return keras.layers.ReLU(dtype=policy)(keras.layers.Add(dtype=policy)([features, change]))


@cache
def _fused_batch_normalization() -> type[keras.layers.Layer]:
    """Return batch normalization as one fused operation: Keras 3's own made the pyramid half as fast on a CPU."""
    import keras
    import tensorflow as tf

    class FusedBatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
        def __init__(self, dtype: keras.DTypePolicy, **kwargs: Any) -> None:
            # Statistics stay float32 under bfloat16, and are those of the last 20 batches: good in short runs too.
            super().__init__(dtype=dtype, autocast=False, momentum=0.95, **kwargs)

        def call(self, inputs: Any, training: bool = False) -> Any:
            outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
                x=inputs,
                scale=self.gamma,
                offset=self.beta,
                mean=[] if training else self.moving_mean,
                variance=[] if training else self.moving_variance,
                epsilon=self.epsilon,
                is_training=training,
            )
            if training:
                self._follow(self.moving_mean, mean)
                self._follow(self.moving_variance, variance)
            return outputs

        def _follow(self, average: Any, value: Any) -> None:
            average.assign(average * self.momentum + value * (1 - self.momentum))

    return FusedBatchNormalization
