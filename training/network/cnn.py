"""The convolutional network: 3×3 convolutions on 28×28 images, with residual blocks at the low resolutions."""

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
    """The levels of the network. 2×2 max-pooling between levels halves the feature maps: 28, 14, 7, 4 pixels a side.

    channels: the features of each level; neighbouring levels must differ.
    blocks: the residual blocks that follow the first convolution of each level.
    """

    channels: tuple[int, ...]
    blocks: tuple[int, ...]


def build_network(architecture: Architecture, classes: int, precision: str = "float32") -> keras.Model:
    """Build an untrained network: images float (n, 28, 28, 1), 0 to 1, in; logits float32 (n, classes) out.

    precision: "float32", or "mixed_bfloat16" to compute in bfloat16 with float32 weights.
    """
    import keras

    policy = keras.DTypePolicy(precision)
    images = keras.Input((SIZE, SIZE, 1))
    features = images
    for level, (channels, blocks) in enumerate(zip(architecture.channels, architecture.blocks, strict=True)):
        # (n, side, side, channels): side 28, 14, 7, 4. "same" padding rounds 7 / 2 up to 4.
        if level:
            features = keras.layers.MaxPooling2D(padding="same", dtype=policy)(features)
        features = _convolve(features, channels, policy)
        for _ in range(blocks):
            features = _residual_block(features, channels, policy)
    # The average over all positions: (n, channels). A dense layer on the flat maps would have 16 times the weights.
    pooled = keras.layers.GlobalAveragePooling2D(dtype=policy)(features)
    # float32 also under bfloat16, whose 8 bits of precision are too coarse for the loss.
    logits = keras.layers.Dense(classes, dtype="float32", name="logits")(pooled)
    return keras.Model(images, logits)


def infer_architecture(weights: Iterable[npt.NDArray[np.generic]]) -> Architecture:
    """Infer the architecture from a network's weights; an older release's preset may have had another one.

    A convolution that changes the number of features starts a level; two that keep it are a residual block.
    """
    kernels = [weight.shape for weight in weights if weight.ndim == 4]  # (3, 3, features in, features out)
    starts = [index for index, (_, _, features_in, features_out) in enumerate(kernels) if features_in != features_out]
    ends = [*starts[1:], len(kernels)]
    blocks = tuple((end - start - 1) // 2 for start, end in zip(starts, ends, strict=True))
    return Architecture(tuple(kernels[start][-1] for start in starts), blocks)


def fastest_precision() -> str:
    """Return the fastest precision here: bfloat16 is 1.4 times as fast if the processor has it, slow otherwise."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return "float32"
    return "mixed_bfloat16" if "bf16" in flags else "float32"


def _convolve(features: Any, channels: int, policy: keras.DTypePolicy, *, relu: bool = True) -> Any:
    import keras

    # No bias: the batch normalization that follows subtracts it again and adds its own beta.
    features = keras.layers.Conv2D(channels, 3, padding="same", use_bias=False, dtype=policy)(features)
    features = _fused_batch_normalization()(dtype=policy)(features)
    return keras.layers.ReLU(dtype=policy)(features) if relu else features


def _residual_block(features: Any, channels: int, policy: keras.DTypePolicy) -> Any:
    """Add two convolutions' output to their input, both (n, side, side, channels) (He et al. 2015)."""
    import keras

    residual = _convolve(features, channels, policy)
    residual = _convolve(residual, channels, policy, relu=False)  # the ReLU comes after the sum
    return keras.layers.ReLU(dtype=policy)(keras.layers.Add(dtype=policy)([features, residual]))


@cache
def _fused_batch_normalization() -> type[keras.layers.Layer]:
    """Return batch normalization as one fused operation; Keras 3's own layer halves the training speed on a CPU."""
    import keras
    import tensorflow as tf

    class FusedBatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
        def __init__(self, dtype: keras.DTypePolicy, **kwargs: Any) -> None:
            # The statistics stay float32 under bfloat16. Momentum 0.95 averages about the last 20 batches, so that
            # they are accurate in short runs too; with Keras' default 0.99 it is 100.
            super().__init__(dtype=dtype, autocast=False, momentum=0.95, **kwargs)

        def call(self, inputs: Any, training: bool = False) -> Any:
            # inputs, outputs: (n, side, side, channels); mean, variance: (channels,)
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
                self._update_moving_average(self.moving_mean, mean)
                self._update_moving_average(self.moving_variance, variance)
            return outputs

        def _update_moving_average(self, average: Any, value: Any) -> None:
            average.assign(average * self.momentum + value * (1 - self.momentum))

    return FusedBatchNormalization
