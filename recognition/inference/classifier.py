"""Inference with a trained network in LiteRT, with calibrated confidence and "I don't know" as an answer."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from recognition.imaging.bitmap import SIZE, Bitmap, is_blank_or_dot
from recognition.inference.results import TOP_GUESSES, Calibration, Guess, InvalidArtifact, Outputs, Recognition


class Classifier:
    """Recognizes bitmaps with one network. Safe to share between threads."""

    def __init__(
        self, artifact: bytes, labels: Sequence[str], calibration: Calibration, *, sha256: str | None = None
    ) -> None:
        """Load a LiteRT artifact.

        Input: float32 (1, 28, 28, 1), 0 to 1. Outputs: logits (1, len(labels)) and embeddings (1, d).

        Raises InvalidArtifact when the bytes do not match `sha256`, do not load, or have another shape.
        """
        if sha256 is not None and hashlib.sha256(artifact).hexdigest() != sha256:
            raise InvalidArtifact("The artifact is not the one that was registered: its SHA-256 differs.")
        self.labels = tuple(labels)
        self.calibration = calibration
        self._lock = threading.Lock()  # an interpreter holds its tensors: one thread at a time
        try:
            self._interpreter = Interpreter(model_content=artifact, num_threads=1)
            self._interpreter.allocate_tensors()
            self._input = self._interpreter.get_input_details()[0]
            self._logits, self._embedding = _outputs_of(self._interpreter)
        except (ValueError, RuntimeError, LookupError) as error:
            raise InvalidArtifact(f"LiteRT cannot load the artifact: {error}") from error
        shapes = tuple(self._input["shape"]), tuple(self._logits["shape"])
        if shapes != ((1, SIZE, SIZE, 1), (1, len(self.labels))):
            raise InvalidArtifact(f"The artifact maps {shapes[0]} to {shapes[1]}, not to {len(self.labels)} labels.")

    def run(self, bitmaps: Bitmap) -> Outputs:
        """Run the network on bitmaps uint8 (n, 28, 28)."""
        inputs = bitmaps.reshape(-1, 1, SIZE, SIZE, 1).astype(np.float32) / np.float32(255)
        logits = np.empty((len(inputs), len(self.labels)), np.float32)
        embeddings = np.empty((len(inputs), self._embedding["shape"][1] if self._embedding else 0), np.float32)
        with self._lock:
            for index, image in enumerate(inputs):
                self._interpreter.set_tensor(self._input["index"], image)
                self._interpreter.invoke()
                logits[index] = self._interpreter.get_tensor(self._logits["index"])[0]
                if self._embedding:
                    embeddings[index] = self._interpreter.get_tensor(self._embedding["index"])[0]
        return Outputs(logits, embeddings)

    def logits(self, bitmaps: Bitmap) -> npt.NDArray[np.float32]:
        """Run the network: uint8 (n, 28, 28) in, float32 (n, labels) out."""
        return self.run(bitmaps).logits

    def probabilities(self, bitmaps: Bitmap) -> npt.NDArray[np.float32]:
        """Return calibrated probabilities, float32 (n, labels), for bitmaps uint8 (n, 28, 28)."""
        return self.calibration.probabilities(self.logits(bitmaps))

    def recognize(self, bitmap: Bitmap) -> Recognition:
        """Recognize a drawing (28, 28)."""
        return self.interpret(self.logits(bitmap), bitmap)

    def interpret(self, logits: npt.NDArray[np.float32], bitmap: Bitmap) -> Recognition:
        """Return the result for a drawing (28, 28), given the network's logits (1, labels)."""
        probabilities = self.calibration.probabilities(logits)
        best = np.argsort(probabilities[0])[::-1][:TOP_GUESSES]
        top = tuple(Guess(label=self.labels[index], confidence=float(probabilities[0, index])) for index in best)
        recognized = bool(self.calibration.recognizes(probabilities)[0]) and not is_blank_or_dot(bitmap)
        return Recognition(top, recognized)

    def self_test(self) -> None:
        """Run the network once on noise. Raises InvalidArtifact unless its probabilities are finite."""
        noise = np.random.default_rng(0).integers(0, 256, (1, SIZE, SIZE), dtype=np.uint8)
        try:
            scores = self.probabilities(noise)
        except (ValueError, RuntimeError) as error:
            raise InvalidArtifact(f"The artifact fails on a test image: {error}") from error
        if not np.isfinite(scores).all():
            raise InvalidArtifact("The artifact answers a test image with something that is no number.")


def _outputs_of(interpreter: Interpreter) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return the tensor details of the logits and of the embedding.

    The embedding is None for artifacts from before November 2026.
    """
    details = interpreter.get_output_details()
    if len(details) == 1:
        return details[0], None
    named = interpreter.get_signature_runner().get_output_details()
    return named["logits"], named["embedding"]
