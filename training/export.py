"""A trained network → the LiteRT artifact that the site serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def to_litert(model: keras.Model, *, quantize: bool = True) -> bytes:
    """Convert a float32 network to LiteRT.

    quantize: store the weights as int8 and compute in dynamic range; it cost 0.03 points and quarters size and time.
    """
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if quantize:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    artifact: bytes = converter.convert()
    return artifact
