"""Makes tiny.tflite and tiny.json: a really trained, very small network, so that tests recognize real drawings.

QUICKDRAW_DIR=../shared/quickdraw python tests/data/make_tiny.py
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))
LABELS = ["banana", "cat", "eye", "fish", "house", "star"]
EPOCHS = 8
BATCH = 64


def load(wanted: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    from recognition.imaging.splits import split_at, split_positions

    folder = Path(os.environ["QUICKDRAW_DIR"]) / "full" / "numpy_bitmap"
    pictures, targets = [], []
    for index, label in enumerate(LABELS):
        rows = np.load(folder / f"{label}.npy", mmap_mode="r")[:3000]
        chosen = rows[[split_at(position) == wanted for position in split_positions(rows.reshape(-1, 28, 28))]]
        pictures.append(chosen)
        targets.append(np.full(len(chosen), index, np.int32))
    return np.concatenate(pictures), np.concatenate(targets)


def main() -> None:
    from recognition.inference.classifier import Classifier
    from recognition.inference.results import Calibration
    from training.augmentation.batches import Batches, Pools
    from training.data.drawing_index import Drawings, Part
    from training.fit import fit, make_student
    from training.hyperparameters import Hyperparameters
    from training.network.export import to_litert

    pictures, targets = load("train")
    rows = np.arange(len(targets), dtype=np.int32)
    drawings = Drawings([Part(index, pictures, rows[targets == index]) for index in range(len(LABELS))])
    hyper = Hyperparameters(
        channels=(8, 16, 32),
        blocks=(0, 0, 0),
        batch_size=BATCH,
        balance=1.0,
        epochs=EPOCHS,
        steps_per_epoch=len(targets) // BATCH,
    )
    artifact = to_litert(fit(make_student(LABELS, hyper), Batches(Pools(drawings), hyper), []))
    calibration = Calibration(temperature=0.7, threshold=0.5)
    held_out, truth = load("test")
    answers = Classifier(artifact, LABELS, calibration).logits(held_out.reshape(-1, 28, 28)).argmax(axis=1)
    print(f"{len(artifact)} bytes, {(answers == truth).mean():.1%} of {len(truth)} held-out drawings right")
    (HERE / "tiny.tflite").write_bytes(artifact)
    facts = {"labels": LABELS, **asdict(calibration)}
    (HERE / "tiny.json").write_text(json.dumps(facts, indent=2) + "\n")


if __name__ == "__main__":
    main()
