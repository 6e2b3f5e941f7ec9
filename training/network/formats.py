"""Converts a version to formats that other programs read without our code: plain Keras, and ONNX."""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from recognition.inference.results import InvalidArtifact
from recognition.models import ModelVersion
from training.models import VersionExport
from training.network.cnn import build_network, to_images
from training.network.warm_start import NoWeights, find_warm_start
from training.network.weights import ordered_weights

NOISE_IMAGES = 64  # on which the artifact and the stored weights must agree
MAX_DIFFERENCE = 0.3  # in standard deviations of the logits; the starter model's int8 weights make 0.07


def convert(version: ModelVersion, file_format: VersionExport.Format) -> bytes:
    """Return a version's network as a .keras file or as an ONNX model.

    Input "drawings": float32 (n, 28, 28, 1), any n, 0 is paper and 1 is ink. Outputs, all float32: "logits"
    (n, labels) and "embedding" (n, channels) as the artifact's, and calibrated "probabilities" (n, labels).
    ONNX has the labels and the calibration in its metadata, .keras in labels.json in the file, which is a zip.

    Raises NoWeights; InvalidArtifact when the artifact cannot run or is not of the stored weights.
    """
    model = _plain_model(version)
    identity = {"number": version.number, "sha256": version.sha256}
    facts = {**identity, **asdict(version.calibration), "labels": version.labels}
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras and TensorFlow call NumPy as its version 1 was called
        save = _save_onnx if file_format == VersionExport.Format.ONNX else _save_keras
        file = Path(folder) / f"version.{file_format}"
        save(model, facts, file)
        return file.read_bytes()


def _plain_model(version: ModelVersion) -> keras.Model:
    start = find_warm_start(version)
    if start is None:
        raise NoWeights(
            f"The weights of version {version.number} are not stored: it is the starter model of another release. "
            "Only its LiteRT artifact can be downloaded."
        )
    classifier = version.load()
    noise = np.random.default_rng(0).integers(0, 256, (NOISE_IMAGES, SIZE, SIZE), dtype=np.uint8)
    served = classifier.logits(noise)  # (n, labels)
    network = build_network(*start.levels, len(version.labels))
    network.set_weights([array.astype(np.float32) for array in ordered_weights(start.arrays)])
    # Whether the direction of a class matters may have been changed since; the artifact itself tells.
    directed = np.abs(served - classifier.logits(noise[:, :, ::-1])).max(axis=0) > 1e-4 * served.std()
    model = to_plain_keras(network, directed, version.temperature)
    logits = model.predict_on_batch(to_images(noise))["logits"]
    if not np.sqrt(np.mean((logits - served) ** 2)) <= MAX_DIFFERENCE * served.std():
        raise InvalidArtifact(f"The weights stored with version {version.number} are not those of its artifact.")
    return model


def to_plain_keras(
    network: keras.Model, directed: Sequence[bool] | npt.NDArray[np.bool_], temperature: float
) -> keras.Model:
    """Return the network as it is served, built from Keras' own layers only; see `convert` for inputs and outputs.

    directed: bool (classes,), as in `training.network.export.with_mirroring`.
    """
    layers = keras.layers
    plain = keras.models.clone_model(network, clone_function=_plain_layer)
    plain.set_weights(network.get_weights())
    *_, last_layer = plain.layers
    features = keras.Model(plain.inputs, last_layer.input, name="features")
    drawings = keras.Input((SIZE, SIZE, 1), name="drawings")
    # No layer flips an image, but a dense layer along a row does, with ones on the antidiagonal.
    flip = layers.Dense(SIZE, use_bias=False, trainable=False, name="flip")
    columns = layers.Permute((1, 3, 2), name="channel_to_middle")(drawings)  # (n, 28, 1, 28)
    mirrored = layers.Permute((1, 3, 2), name="channel_to_end")(flip(columns))  # (n, 28, 28, 1)
    flip.set_weights([np.eye(SIZE)[::-1]])
    own, other = features(drawings), features(mirrored)  # (n, channels) each
    embedding = layers.Average(name="embedding")([own, other])
    # The logits of a directed class come from the drawing alone: each class has zeros where it does not look.
    kernel, bias = last_layer.get_weights()  # (channels, classes), (classes,)
    last = layers.Dense(len(bias), name="logits")
    logits = last(layers.Concatenate(name="average_and_own")([embedding, own]))
    last.set_weights([np.concatenate([np.where(directed, 0, kernel), np.where(directed, kernel, 0)]), bias])
    probabilities = layers.Softmax(name="probabilities")(layers.Rescaling(1 / temperature, name="calibrated")(logits))
    return keras.Model(drawings, {"logits": logits, "embedding": embedding, "probabilities": probabilities})


def _plain_layer(layer: keras.layers.Layer) -> keras.layers.Layer:
    """Copy a layer; our batch normalization becomes Keras' own, which has the same weights."""
    is_normalization = isinstance(layer, keras.layers.BatchNormalization)
    kind = keras.layers.BatchNormalization if is_normalization else type(layer)
    return kind.from_config(layer.get_config())


def _save_keras(model: keras.Model, facts: dict[str, Any], file: Path) -> None:
    model.save(file)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("labels.json", json.dumps(facts))


def _save_onnx(model: keras.Model, facts: dict[str, Any], file: Path) -> None:
    import onnx

    images = keras.InputSpec(shape=(None, SIZE, SIZE, 1), dtype="float32", name="drawings")
    model.export(file, format="onnx", input_signature=[images], verbose=False)
    converted = onnx.load(file)
    for tensor in (*converted.graph.input, *converted.graph.output):
        tensor.type.tensor_type.shape.dim[0].dim_param = "n"  # tf2onnx makes up a name
    texts = {name: fact if isinstance(fact, str) else json.dumps(fact) for name, fact in facts.items()}
    onnx.helper.set_model_props(converted, texts)
    onnx.save(converted, file)
