"""Converts a trained network to the LiteRT artifact that the site serves."""

from __future__ import annotations

from collections.abc import Sequence
from tempfile import TemporaryDirectory

import keras
import tensorflow as tf

from recognition.imaging.bitmap import SIZE


def with_mirroring(
    network: keras.Model, directed: Sequence[bool] = (), *, batch: int | None = None, mirrored: bool = True
) -> keras.Model:
    """Return the network as it is served: images (batch, 28, 28, 1) in, "logits" and "embedding" out.

    Both are averages over a drawing and its mirror image, if `mirrored`; that gains half a point of accuracy and
    doubles the time. The embedding is the last layer's input.
    directed: bool (classes,), the classes whose mirror image shows something else. Their logits come from the drawing
    as it is: with the average, a network could never tell “b” from “d”.
    """
    *_, last_layer = network.layers
    features = keras.Model(network.inputs, last_layer.input)
    drawings = keras.Input(batch_shape=(batch, SIZE, SIZE, 1))
    views = [drawings, keras.ops.flip(drawings, axis=2)] if mirrored else [drawings]  # axis 2 is horizontal
    embeddings = keras.ops.split(features(keras.ops.concatenate(views)), len(views))  # of (batch, channels) each
    # The last layer is linear, so that averaging its inputs gives the same logits as averaging its outputs.
    embedding = keras.ops.mean(keras.ops.stack(embeddings), axis=0)
    logits = last_layer(embedding)
    if mirrored and any(directed):
        logits = keras.ops.where(keras.ops.array([list(directed)]), last_layer(embeddings[0]), logits)
    return keras.Model(drawings, {"logits": logits, "embedding": embedding})


def to_litert(
    network: keras.Model, directed: Sequence[bool] = (), *, mirrored: bool = True, quantize: bool = True
) -> bytes:
    """Convert a float32 network to LiteRT, one drawing at a time, with the outputs of `with_mirroring`.

    quantize: store int8 weights (dynamic range quantization); costs 0.03 points and quarters size and time.
    """
    with TemporaryDirectory() as folder:
        served = with_mirroring(network, directed, batch=1, mirrored=mirrored)
        served.export(folder, format="tf_saved_model", verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        if quantize:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        artifact: bytes = converter.convert()
    return artifact
