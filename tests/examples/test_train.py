from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.training.doodles import KINDS, doodles

pytestmark = pytest.mark.tensorflow

EXAMPLE = Path(__file__).parents[2] / "examples" / "train.py"


def test_the_example_trains_a_network_that_recognizes_other_drawings(tmp_path: Path) -> None:
    for kind in KINDS:
        np.save(tmp_path / f"{kind}.npy", doodles(kind, 300))
    output = tmp_path / "model.tflite"
    options = ["--classes", *KINDS, "--epochs", "8", "--output", str(output)]
    printed = subprocess.run(
        [sys.executable, EXAMPLE, tmp_path, *options], check=True, capture_output=True, text=True
    ).stdout
    assert "held-out drawings are recognized" in printed
    interpreter = pytest.importorskip("ai_edge_litert.interpreter").Interpreter(model_content=output.read_bytes())
    interpreter.allocate_tensors()
    (entry,), (exit_,) = interpreter.get_input_details(), interpreter.get_output_details()
    right = 0
    for target, kind in enumerate(KINDS):
        for picture in doodles(kind, 30, seed=7):
            interpreter.set_tensor(entry["index"], picture.reshape(1, 28, 28, 1).astype(np.float32))
            interpreter.invoke()
            right += int(interpreter.get_tensor(exit_["index"]).argmax() == target)
    assert right > 0.8 * 90
