"""A trained network → the LiteRT artifact that the site serves."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from recognition.imaging.bitmap import SIZE

if TYPE_CHECKING:
    import keras


def to_litert(model: keras.Model, *, mirrored: bool = True, quantize: bool = True) -> bytes:
    """Convert a float32 network to LiteRT, with two outputs: "logits", and "embedding", what its last layer takes in.

    mirrored: answer with the average over a drawing and its mirror image, for half a point and twice the time.
    quantize: store the weights as int8 and compute in dynamic range; it cost 0.03 points and quarters size and time.
    """
    import keras
    import tensorflow as tf

    *_, last_layer = model.layers
    features = keras.Model(model.inputs, last_layer.input)
    drawing = keras.Input(batch_shape=(1, SIZE, SIZE, 1))
    views = [drawing, keras.ops.flip(drawing, axis=2)] if mirrored else [drawing]
    # The last layer is linear: what it says of the average is the average of what it says.
    embedding = keras.ops.mean(features(keras.ops.concatenate(views)), axis=0, keepdims=True)
    told = keras.Model(drawing, {"logits": last_layer(embedding), "embedding": embedding})
    with TemporaryDirectory() as folder:
        told.export(folder, format="tf_saved_model", verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        if quantize:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        artifact: bytes = converter.convert()
    return artifact
