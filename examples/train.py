"""Trains a small network on official Quick, Draw! files with plain Keras, and converts it to LiteRT.

    python examples/train.py FOLDER [--classes cat fish house] [--epochs 8] [--output model.tflite]

The folder holds CLASS.npy files from https://quickdraw.withgoogle.com/data: uint8 (n, 784), white ink on black. This is
what the site's training does at its core. training/fit.py adds a teacher, user drawings, outliers and calibration.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder", type=Path)
parser.add_argument("--classes", nargs="+", default=["cat", "fish", "house", "star"])
parser.add_argument("--drawings", type=int, default=5_000, help="of each class, at most")
parser.add_argument("--epochs", type=int, default=8)
parser.add_argument("--output", type=Path, default=Path("model.tflite"))
options = parser.parse_args()

# The data: pixels (n, 28, 28, 1), targets (n,). One drawing in ten is held out.
keras.utils.set_random_seed(0)
drawings = [np.load(options.folder / f"{name}.npy", mmap_mode="r")[: options.drawings] for name in options.classes]
pixels = np.concatenate(drawings).reshape(-1, 28, 28, 1).astype(np.float32)
targets = np.repeat(np.arange(len(drawings)), [len(rows) for rows in drawings])
order = np.random.default_rng(0).permutation(len(targets))
held_out, trained_on = order[: len(order) // 10], order[len(order) // 10 :]

# The network: 3×3 convolutions at falling resolutions. The first layers distort drawings, in training only.
network = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Rescaling(1 / 255)])
for layer in (
    keras.layers.RandomFlip("horizontal"),
    keras.layers.RandomRotation(0.04, fill_mode="constant"),
    keras.layers.RandomZoom(0.12, 0.12, fill_mode="constant"),
):
    network.add(layer)
for channels in (16, 32, 64, 128):
    network.add(keras.layers.Conv2D(channels, 3, padding="same", use_bias=False))
    network.add(keras.layers.BatchNormalization(momentum=0.95))
    network.add(keras.layers.ReLU())
    network.add(keras.layers.MaxPooling2D(padding="same"))
network.add(keras.layers.GlobalAveragePooling2D())
network.add(keras.layers.Dense(len(drawings)))

# The loop: AdamW, whose learning rate rises to its peak and falls along a cosine.
steps = options.epochs * -(-len(trained_on) // 64)
rate = keras.optimizers.schedules.CosineDecay(4e-4, steps - steps // 5, warmup_target=1e-2, warmup_steps=steps // 5)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
network.compile(keras.optimizers.AdamW(rate, weight_decay=5e-3), loss, metrics=["accuracy"])
network.fit(pixels[trained_on], targets[trained_on], batch_size=64, epochs=options.epochs, verbose=2)

_, accuracy = network.evaluate(pixels[held_out], targets[held_out], verbose=0)
options.output.write_bytes(tf.lite.TFLiteConverter.from_keras_model(network).convert())
print(f"{accuracy:.1%} of {len(held_out)} held-out drawings are recognized. {options.output} is the artifact.")
