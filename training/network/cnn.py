"""The convolutional network: 3×3 convolutions on 28×28 images, with residual blocks at the low resolutions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from recognition.imaging.bitmap import SIZE
from training.data.drawing_index import Drawings, Pixels

PREDICTED_AT_ONCE = 1_024  # drawings; 0.1 MB of features for each


def build_network(
    channels: Sequence[int], blocks: Sequence[int], classes: int, precision: str = "float32"
) -> keras.Model:
    """Build an untrained network: images float (n, 28, 28, 1), 0 to 1, in; logits float32 (n, classes) out.

    channels: the features of each level; neighbouring levels must differ. 2×2 max-pooling between levels halves the
    feature maps: 28, 14, 7, 4 pixels a side.
    blocks: the residual blocks that follow the first convolution of each level.
    precision: "float32", or "mixed_bfloat16" or "mixed_float16" to compute in 16 bits with float32 weights.
    """
    policy = keras.DTypePolicy(precision)
    images = keras.Input((SIZE, SIZE, 1))
    features = images
    for level, (width, depth) in enumerate(zip(channels, blocks, strict=True)):
        # (n, side, side, width): side 28, 14, 7, 4. "same" padding rounds 7 / 2 up to 4.
        if level:
            features = keras.layers.MaxPooling2D(padding="same", dtype=policy)(features)
        features = _convolve(features, width, policy)
        for _ in range(depth):
            features = _residual_block(features, width, policy)
    # The average over all positions: (n, width). A dense layer on the flat maps would have 16 times the weights.
    pooled = keras.layers.GlobalAveragePooling2D(dtype=policy)(features)
    # float32 always: 16 bits are too coarse for the loss.
    logits = keras.layers.Dense(classes, dtype="float32", name="logits")(pooled)
    return keras.Model(images, logits)


def predict(network: keras.Model, drawings: Drawings) -> npt.NDArray[np.float32]:
    """Return a network's logits of drawings: float32 (n, classes)."""
    parts = []
    for pixels, _ in drawings.batches(PREDICTED_AT_ONCE):
        outputs = network.predict_on_batch(to_images(pixels))
        parts.append(outputs["logits"] if isinstance(outputs, dict) else outputs)
    return np.concatenate(parts)


def to_images(pixels: Pixels) -> npt.NDArray[np.float32]:
    """Convert pixels uint8 (n, 784) to images float32 (n, 28, 28, 1), 0 to 1."""
    return np.divide(pixels.reshape(-1, SIZE, SIZE, 1), 255, dtype=np.float32)


def fastest_precision() -> str:
    """Return the fastest precision of the GPU that TensorFlow trains on, or else of the processor.

    NVIDIA's tensor cores take bfloat16 from compute capability 8.0 on, and float16 from 7.0 on. Processors that have
    bfloat16 are 1.4 times as fast with it, others slow.
    """
    if gpus := tf.config.list_physical_devices("GPU"):
        major, _ = tf.config.experimental.get_device_details(gpus[0]).get("compute_capability", (0, 0))
        return "mixed_bfloat16" if major >= 8 else "mixed_float16" if major == 7 else "float32"
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return "float32"
    return "mixed_bfloat16" if "bf16" in flags else "float32"


def _convolve(features: Any, width: int, policy: keras.DTypePolicy, *, relu: bool = True) -> Any:
    # No bias: the batch normalization that follows subtracts it again and adds its own beta.
    features = keras.layers.Conv2D(width, 3, padding="same", use_bias=False, dtype=policy)(features)
    features = FusedBatchNormalization(dtype=policy)(features)
    return keras.layers.ReLU(dtype=policy)(features) if relu else features


def _residual_block(features: Any, width: int, policy: keras.DTypePolicy) -> Any:
    """Add two convolutions' output to their input, both (n, side, side, width) (He et al. 2015)."""
    residual = _convolve(features, width, policy)
    residual = _convolve(residual, width, policy, relu=False)  # the ReLU comes after the sum
    return keras.layers.ReLU(dtype=policy)(keras.layers.Add(dtype=policy)([features, residual]))


class FusedBatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
    """Batch normalization as one fused operation; Keras 3's own layer halves the training speed on a CPU."""

    def __init__(self, dtype: keras.DTypePolicy, **kwargs: Any) -> None:
        # The statistics are always float32. Momentum 0.95 averages about the last 20 batches, so that
        # they are accurate in short runs too; with Keras' default 0.99 it is 100.
        super().__init__(dtype=dtype, autocast=False, momentum=0.95, **kwargs)

    def call(self, inputs: Any, training: bool = False) -> Any:
        # inputs, outputs: (n, side, side, width); mean, variance: (width,)
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
            for average, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
                average.assign(average * self.momentum + value * (1 - self.momentum))
        return outputs
