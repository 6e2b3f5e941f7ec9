from __future__ import annotations

from io import StringIO
from pathlib import Path

import onnxruntime
import pytest
from django.core.management import CommandError, call_command

from recognition import starter
from recognition.models import ModelVersion
from tests.factories import make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> ModelVersion:
    """The tiny network, whose weights are not stored."""
    return make_version()


def export(number: int, *arguments: str) -> str:
    out = StringIO()
    call_command("export_version", str(number), *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.tensorflow
def test_it_writes_a_file_that_onnx_runtime_loads(tmp_path: Path) -> None:
    version = starter.install(starter.read())
    file = tmp_path / "starter.onnx"
    assert f"Wrote {file}" in export(version.number, "--format", "onnx", "--output", str(file))
    (images,) = onnxruntime.InferenceSession(file).get_inputs()
    assert images.shape == ["n", 28, 28, 1]


def test_a_tflite_file_is_the_artifact_named_after_the_version(
    version: ModelVersion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    export(version.number, "--format", "tflite")
    assert (tmp_path / "doodlesite-1.tflite").read_bytes() == bytes(version.artifact)


@pytest.mark.parametrize("number", [7, 10**30, -1])
def test_a_version_that_is_not_there_is_named(version: ModelVersion, number: int) -> None:
    with pytest.raises(CommandError, match=f"There is no version {number}."):
        export(number, "--format", "tflite")


def test_an_output_that_cannot_be_written_is_named(version: ModelVersion, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=f"Cannot write {tmp_path}: Is a directory."):
        export(1, "--format", "tflite", "--output", str(tmp_path))


@pytest.mark.tensorflow
def test_a_version_without_weights_says_so(version: ModelVersion) -> None:
    with pytest.raises(CommandError, match="weights of version 1 are not stored"):
        export(1, "--format", "keras")


def test_an_unknown_format_is_refused_with_those_that_there_are(version: ModelVersion) -> None:
    with pytest.raises(CommandError, match=r"invalid choice: 'pickle' \(choose from .*keras.*onnx.*tflite"):
        export(1, "--format", "pickle")
