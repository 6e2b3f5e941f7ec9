"""The baseline of `bench.serve`: a doodle recognizer on the web as tutorials build it.

Flask's own server and a Keras network, loaded once. Its weights are random, because only speed is measured. It takes a
PNG as a data URL, returns a label and stores nothing.
"""

from __future__ import annotations

import base64
import io
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from flask import Flask, request
from PIL import Image, ImageOps

if TYPE_CHECKING:
    import keras

CLASSES = 50


def build_network() -> keras.Model:
    import keras

    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(16, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(32, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(64, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def create_app() -> Flask:
    app = Flask(__name__)
    model = build_network()

    @app.post("/predict")
    def predict() -> dict[str, Any]:
        picture = Image.open(io.BytesIO(base64.b64decode(request.get_json()["image"].partition(",")[2])))
        pixels = np.asarray(ImageOps.invert(picture.convert("L")).resize((28, 28)), np.float32) / 255
        scores = model.predict(pixels.reshape(1, 28, 28, 1), verbose=0)[0]
        return {"label": int(scores.argmax()), "confidence": float(scores.max())}

    @app.get("/readyz")
    def ready() -> str:
        return "ready"

    return app


if __name__ == "__main__":
    create_app().run(port=int(sys.argv[1]))
