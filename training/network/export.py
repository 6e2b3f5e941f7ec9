"""Converts a trained network to the LiteRT artifact that the site serves."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from recognition.imaging.bitmap import SIZE

if TYPE_CHECKING:
    import keras


def to_litert(model: keras.Model, *, mirrored: bool = True, quantize: bool = True) -> bytes:
    """Convert a float32 network to LiteRT, with the outputs "logits" and "embedding" (the last layer's input).

    mirrored: average over a drawing and its mirror image; gains half a point of accuracy and doubles the time.
    quantize: store int8 weights (dynamic range quantization); costs 0.03 points and quarters size and time.
    """
    import keras
    import tensorflow as tf

    *_, last_layer = model.layers
    features = keras.Model(model.inputs, last_layer.input)
    drawing = keras.Input(batch_shape=(1, SIZE, SIZE, 1))
    views = [drawing, keras.ops.flip(drawing, axis=2)] if mirrored else [drawing]  # axis 2 is horizontal
    # (views, channels) averaged to (1, channels). The last layer is linear, so that averaging its inputs gives the
    # same logits as averaging its outputs.
    embedding = keras.ops.mean(features(keras.ops.concatenate(views)), axis=0, keepdims=True)
    served = keras.Model(drawing, {"logits": last_layer(embedding), "embedding": embedding})
    with TemporaryDirectory() as folder:
        served.export(folder, format="tf_saved_model", verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        if quantize:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        artifact: bytes = converter.convert()
    return artifact
