from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import onnxruntime
import pytest

from recognition import starter
from recognition.imaging.rasterize import rasterize
from recognition.inference.results import Calibration, InvalidArtifact
from recognition.models import ModelVersion
from recognition.sample_drawings import FILE as SAMPLES
from tests.factories import make_version
from training.models import VersionExport, Weights
from training.models.npz import to_npz
from training.network.cnn import build_network
from training.network.export import to_litert
from training.network.formats import convert
from training.network.warm_start import NoWeights
from training.network.weights import weight_arrays

pytestmark = [pytest.mark.tensorflow, pytest.mark.django_db]

Outputs = dict[str, np.ndarray]
Run = Callable[[bytes, np.ndarray, Path], Outputs]

KERAS, ONNX = VersionExport.Format
LOAD_WITH_PLAIN_KERAS = """
import sys, keras, numpy
outputs = keras.models.load_model(sys.argv[1]).predict(numpy.load(sys.argv[2]), verbose=0)
numpy.savez(sys.argv[3], **outputs)
"""


def run_keras(file: bytes, images: np.ndarray, folder: Path) -> Outputs:
    """Run a .keras file in a process that cannot import anything of ours."""
    (folder / "version.keras").write_bytes(file)
    np.save(folder / "images.npy", images)
    command = [sys.executable, "-I", "-c", LOAD_WITH_PLAIN_KERAS, "version.keras", "images.npy", "outputs.npz"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    with np.load(folder / "outputs.npz") as outputs:
        return dict(outputs)


def run_onnx(file: bytes, images: np.ndarray, folder: Path) -> Outputs:
    session = onnxruntime.InferenceSession(file)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"drawings": images}), strict=True))


@pytest.fixture(scope="module")
def drawings() -> np.ndarray:
    """What people really drew: uint8 (n, 28, 28)."""
    return np.stack([rasterize(json.loads(line)["drawing"]) for line in SAMPLES.read_text().splitlines()])


@pytest.fixture
def version() -> ModelVersion:
    return starter.install(starter.read())


@pytest.fixture
def directed_version() -> ModelVersion:
    """A small network to which the direction of its second class matters."""
    return register(trained_network(seed=0), directed=[False, True, False])


def trained_network(seed: int) -> keras.Model:
    """A network whose batch normalization has statistics, as after a training."""
    keras.utils.set_random_seed(seed)
    network = build_network((8, 16), (0, 1), 3)
    network.set_weights([array + 0.1 * np.random.rand(*array.shape) for array in network.get_weights()])
    return network


def register(network: keras.Model, directed: list[bool]) -> ModelVersion:
    artifact = to_litert(network, directed)
    version = ModelVersion.objects.register(artifact, ["cat", "eye", "fish"], Calibration(temperature=2.0), {})
    Weights.objects.create(version=version, preset="quick", npz=to_npz(weight_arrays(network)))
    return version


def to_images(drawings: np.ndarray) -> np.ndarray:
    return drawings[..., np.newaxis].astype(np.float32) / np.float32(255)


@pytest.mark.parametrize(("file_format", "run"), [(KERAS, run_keras), (ONNX, run_onnx)])
def test_an_export_answers_real_drawings_as_the_artifact_does(
    version: ModelVersion, drawings: np.ndarray, file_format: VersionExport.Format, run: Run, tmp_path: Path
) -> None:
    outputs = run(convert(version, file_format), to_images(drawings), tmp_path)
    classifier = version.load()
    probabilities, served = classifier.probabilities(drawings), classifier.run(drawings)
    assert np.mean(outputs["probabilities"].argmax(axis=1) == probabilities.argmax(axis=1)) > 0.98
    np.testing.assert_allclose(outputs["probabilities"], probabilities, atol=0.06)  # the artifact's weights are int8
    np.testing.assert_allclose(outputs["logits"], served.logits, atol=0.3)
    np.testing.assert_allclose(outputs["embedding"], served.embeddings, atol=0.1)


def test_a_class_whose_direction_matters_is_told_from_its_mirror_image(
    directed_version: ModelVersion, drawings: np.ndarray, tmp_path: Path
) -> None:
    file = convert(directed_version, ONNX)
    own, mirrored = (run_onnx(file, to_images(ways), tmp_path)["logits"] for ways in (drawings, drawings[:, :, ::-1]))
    served = directed_version.load().logits(drawings)
    np.testing.assert_allclose(own, served, atol=0.02 * served.std())
    assert (np.abs(own - mirrored).max(axis=0) > 0.5).tolist() == [False, True, False]


def test_a_keras_file_says_what_its_outputs_mean(version: ModelVersion, tmp_path: Path) -> None:
    (tmp_path / "version.keras").write_bytes(convert(version, KERAS))
    with zipfile.ZipFile(tmp_path / "version.keras") as archive:
        facts = json.loads(archive.read("labels.json"))
    assert (facts["labels"], facts["temperature"]) == (version.labels, version.temperature)


def test_an_onnx_model_says_what_its_outputs_mean(version: ModelVersion) -> None:
    session = onnxruntime.InferenceSession(convert(version, ONNX))
    facts = session.get_modelmeta().custom_metadata_map
    assert json.loads(facts["labels"]) == version.labels
    assert (float(facts["threshold"]), facts["sha256"]) == (version.threshold, version.sha256)


def test_a_version_without_weights_cannot_be_exported() -> None:
    with pytest.raises(NoWeights, match="weights of version 1 are not stored"):
        convert(make_version(), KERAS)


def test_weights_that_are_not_the_artifacts_are_refused(directed_version: ModelVersion) -> None:
    npz = to_npz(weight_arrays(trained_network(seed=1)))
    Weights.objects.filter(version=directed_version).update(npz=npz)
    with pytest.raises(InvalidArtifact, match="not those of its artifact"):
        convert(directed_version, KERAS)
